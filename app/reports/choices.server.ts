// What each member of staff last chose, so that a page opened without an address is as it was left. An address holds all
// choices and wins; a link that is opened is remembered only when its reader goes on from there.
import { z } from "zod";
import { db } from "../db.server.ts";
import { UnknownKpi } from "../errors.ts";
import { isKpiId, type KpiId } from "../kpis/catalogue.ts";
import type { BusinessCalendar } from "../kpis/business-calendar.ts";
import { USUAL_EVENTS } from "../kpis/events.ts";
import { readAddress, segmentColumns } from "./address.ts";
import { COMPARED_DAYS } from "./address-comparison.ts";
import { sessionTokenOf, userOfToken } from "../shopify/session-token.server.ts";

const PERIOD = ["period", "from", "to"] as const;
const COMPARED = ["compare", ...COMPARED_DAYS] as const;
const SHARED = ["as_of"] as const;
const TABLE = ["segmentation", "kpis", "sort", "ranges"] as const;
const ONE_KPI = ["segmentation", "within"] as const;

/** Parameters that only together say what was chosen. */
const TOGETHER: readonly (readonly Name[])[] = [PERIOD, COMPARED];

type Name = (typeof PERIOD | typeof COMPARED | typeof SHARED | typeof TABLE | typeof ONE_KPI)[number];
/** `pins`: KPIs with commas between; `keys`: "off" where shortcuts are; `followed`: see followed.server.ts. */
type Own = "pins" | "keys" | "followed";
type Choices = Partial<Record<Name | Own, string>>;

/** So long may be what is remembered under one name. */
export const LONGEST_CHOICE = 2000;
const value = z.string().max(LONGEST_CHOICE).optional();
const stored = z.object({
  period: value,
  from: value,
  to: value,
  compare: value,
  compare_from: value,
  compare_to: value,
  as_of: value,
  segmentation: value,
  kpis: value,
  sort: value,
  ranges: value,
  within: value,
  pins: value,
  keys: value,
  followed: value,
}) satisfies z.ZodType<Choices>;
const dismissedSchema = z.array(z.string().max(200));

/** What of it a page asks for: a "table" of segments, "kpi" figures of a segment or of all, or nothing but days. */
export type PageKind = "table" | "kpi" | "days";

const NAMES: Readonly<Record<PageKind, readonly Name[]>> = {
  table: [...SHARED, ...TABLE],
  kpi: [...SHARED, ...ONE_KPI],
  days: SHARED,
};

/** Older ones belong to news that has passed. */
const DISMISSED_KEPT = 50;

/** By which an address is read. */
interface At {
  today: string;
  business: BusinessCalendar | null;
}

export interface UserState {
  user: bigint | null;
  choices: Choices;
  dismissed: readonly string[];
}

export async function userState(request: Request, shop: string, now: Date): Promise<UserState> {
  const token = sessionTokenOf(request);
  const user = token === null ? null : userOfToken(token, now);
  if (user === null) return { user, choices: {}, dismissed: [] };
  const row = await db.userChoices.findUnique({ where: { shop_userId: { shop, userId: user } } });
  return {
    user,
    choices: stored.safeParse(row?.choices).data ?? {},
    dismissed: dismissedSchema.safeParse(row?.dismissed).data ?? [],
  };
}

/**
 * Fills what the address leaves out from what is remembered, and remembers what was chosen in it.
 * @returns the fuller address to go to, or null when the address is whole
 */
export async function withChoices(
  request: Request,
  { shop, page, ...at }: { shop: string; page: PageKind } & At,
  { user, choices }: UserState,
): Promise<string | null> {
  const url = new URL(request.url);
  const params = url.searchParams;
  const names = NAMES[page];
  const missing: [Name, string][] = [];
  const offer = (name: Name) => {
    const remembered = choices[name];
    if (remembered !== undefined && !params.has(name)) missing.push([name, remembered]);
  };
  names.forEach(offer);
  for (const group of TOGETHER) if (group.every((name) => !params.has(name))) group.forEach(offer);
  if (user !== null && isChoice(request)) await remember(shop, user, choices, params, names, at);
  const full = new URLSearchParams([...params, ...missing]);
  const kpis = full.get("kpis");
  const sort = full.get("sort")?.replace(/^-/, "");
  // The table may no longer have the column that it was sorted by.
  if (!params.has("sort") && sort && kpis !== null && !segmentColumns(kpis.split(",")).includes(sort))
    full.delete("sort");
  return full.toString() === params.toString() ? null : `${url.pathname}?${full.toString()}`;
}

/** A choice made on a page comes by fetch; a link or a reload asks for a document. */
const isChoice = ({ headers }: Request): boolean => headers.get("Sec-Fetch-Dest") === "empty";

async function remember(
  shop: string,
  userId: bigint,
  before: Choices,
  params: URLSearchParams,
  names: readonly Name[],
  at: At,
): Promise<void> {
  const together = TOGETHER.filter((group) => group.some((name) => params.has(name))).flat();
  const named = [...names, ...together];
  const chosen = new URLSearchParams(
    named.flatMap((name) => (params.has(name) ? [[name, params.get(name) ?? ""]] : [])),
  );
  // Whether it can be read is the same whatever events there are.
  const { replaced } = readAddress(chosen, { ...at, events: USUAL_EVENTS }, segmentColumns);
  if (replaced.length > 0) return;
  const kept = Object.entries(before).filter(([name]) => !(together as string[]).includes(name));
  const choices = stored.safeParse({ ...Object.fromEntries(kept), ...Object.fromEntries(chosen) });
  if (!choices.success || sameTexts(choices.data, before)) return;
  await keep(shop, userId, choices.data);
}

const SHORT = 40;

/** So many KPIs stand at the head of Home. */
export const MOST_PINS = 4;

/** The KPIs that the member of staff has pinned, in the order in which that was done. */
export const pinsOf = ({ choices: { pins = "" } }: UserState): readonly KpiId[] =>
  pins.split(",").filter(isKpiId).slice(0, MOST_PINS);

/** Pins a KPI, or takes its pin away. One too many is not pinned. Throws UnknownKpi. */
export async function pin(shop: string, state: UserState, kpi: string, pinned: boolean): Promise<void> {
  if (!isKpiId(kpi)) throw new UnknownKpi(kpi.slice(0, SHORT).toWellFormed());
  const others = pinsOf(state).filter((each) => each !== kpi);
  const pins = [...others, ...(pinned ? [kpi] : [])].slice(0, MOST_PINS);
  await keepChoice(shop, state, "pins", pins.join(","));
}

export const keysOf = ({ choices }: UserState): boolean => choices.keys !== "off";

/** Keeps what no address says. */
export async function keepChoice(
  shop: string,
  { user, choices }: UserState,
  name: Own,
  chosen: string,
): Promise<void> {
  if (user !== null) await keep(shop, user, { ...choices, [name]: chosen });
}

async function keep(shop: string, userId: bigint, choices: Choices): Promise<void> {
  await db.userChoices.upsert({
    where: { shop_userId: { shop, userId } },
    create: { shop, userId, choices },
    update: { choices },
  });
}

function sameTexts(one: Choices, other: Choices): boolean {
  const sorted = (choices: Choices) => JSON.stringify(Object.entries(choices).sort());
  return sorted(one) === sorted(other);
}

/** Puts a notice away for this member of staff. */
export async function dismiss(shop: string, { user, dismissed }: UserState, id: string): Promise<void> {
  if (user === null) return;
  const list = [...dismissed.filter((each) => each !== id), id].slice(-DISMISSED_KEPT);
  await db.userChoices.upsert({
    where: { shop_userId: { shop, userId: user } },
    create: { shop, userId: user, dismissed: list },
    update: { dismissed: list },
  });
}
