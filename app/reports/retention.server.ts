// How long orders are kept, in words: what is so now, and what a choice would take away, in numbers of this moment.
import { formatDay } from "../kpis/period.ts";
import type { Shop } from "../../prisma/generated/client.ts";
import { sourceCoverage } from "../warehouse/coverage.ts";
import { timestampOf } from "../warehouse/values.ts";
import type { ShopCopy, ShopMeta } from "../warehouse/warehouse.server.ts";
import { say } from "../words/words.server.ts";
import { countText } from "./wording.server.ts";

/** Months of orders a merchant can choose to keep; null keeps all. A year more than two lets years be compared. */
export const RETENTIONS = [null, 13, 25, 36, 60, 84, 120] as const;

export interface RetentionView {
  /** "all" or a number of months. */
  chosen: string;
  forgetsSums: boolean;
  options: readonly { value: string; label: string }[];
  sentence: string;
  /** Orders are on their way out or in: what is said of them will change by itself. */
  moving: boolean;
}

/** What a choice would take away, to be agreed to. */
export interface Confirmation {
  title: string;
  paragraphs: readonly string[];
  action: string;
}

/** What is here, and what of it is older than a choice keeps. */
export interface Held {
  orders: number;
  customers: number;
  older: number;
  /** Customers all of whose orders are older. */
  onlyOlder: number;
  /** Customers of whom sums of orders that are not kept are here. */
  withSums: number;
}

export const NOTHING: Held = { orders: 0, customers: 0, older: 0, onlyOlder: 0, withSums: 0 };

/** `from`: the UTC instant before which orders are older; null: none is. */
export async function heldBy(copy: ShopCopy, from: Date | null): Promise<Held> {
  const before = "CAST($1 AS TIMESTAMP)";
  const [held] = await copy.query<{ [N in keyof Held]: number }>(
    `SELECT (SELECT count(*) FROM orders) AS orders, (SELECT count(*) FROM customers) AS customers,
       (SELECT count(*) FROM orders WHERE placed_at < ${before}) AS older,
       (SELECT count(*) FROM (SELECT customer_id FROM orders WHERE customer_id IS NOT NULL
          GROUP BY customer_id HAVING max(placed_at) < ${before}) gone) AS "onlyOlder",
       (SELECT count(*) FROM opening_balance) AS "withSums"`,
    [from === null ? null : timestampOf(from)],
  );
  return held ?? NOTHING;
}

/**
 * What must be agreed to before a choice is carried out; null when it takes nothing away.
 * @param kept where the orders that it keeps begin; null: it keeps all
 */
export async function confirmationOf(
  copy: ShopCopy,
  kept: { day: string; from: Date } | null,
  { keepSums, locale }: { keepSums: boolean; locale: string },
): Promise<Confirmation | null> {
  const meta = await copy.meta();
  if (meta === null || kept === null) return null;
  const held = await heldBy(copy, kept.from);
  const dropsSums = !keepSums && held.withSums > 0;
  if (held.older === 0 && !dropsSums) return null;
  const place = { locale };
  const day = formatDay(kept.day, locale);
  const paragraphs: string[] = [];
  if (held.older > 0)
    paragraphs.push(
      say(place, "retention.leave", { n: held.older, day, all: countText(held.orders, locale) }),
    );
  const canSum = sourceCoverage(meta, "orders").state === "complete" || meta.opening_day !== null;
  if (keepSums && canSum) paragraphs.push(say(place, "retention.sumsStay", { day }));
  else if (keepSums) paragraphs.push(say(place, "retention.noSums"));
  else {
    if (held.onlyOlder > 0) paragraphs.push(say(place, "retention.onlyOlder", { n: held.onlyOlder }));
    if (dropsSums) paragraphs.push(say(place, "retention.sumsForgotten", { n: held.withSums }));
    paragraphs.push(say(place, "retention.noSegments"));
  }
  return {
    title:
      held.older > 0
        ? say(place, "retention.removeTitle", { n: held.older })
        : say(place, "retention.forgetTitle", { n: held.withSums }),
    paragraphs,
    action: say(place, held.older > 0 ? "retention.remove" : "retention.forget"),
  };
}

/** Two years and more are told in years. */
const isYears = (months: number): boolean => months % 12 === 0 && months > 12;

function retentionLabel(months: number | null, place: { locale: string }): string {
  if (months === null) return say(place, "retention.all");
  return isYears(months)
    ? say(place, "retention.years", { n: months / 12 })
    : say(place, "retention.months", { n: months });
}

export function retentionView(
  row: Kept | null,
  meta: ShopMeta | null,
  held: Held,
  locale: string,
): RetentionView {
  const place = { locale };
  const keepMonths = row?.keepMonths ?? null;
  const isTrimmed = meta !== null && sourceCoverage(meta, "orders").state === "retention";
  const comesAnew = row !== null && isTrimmed && readsAnew(row, meta);
  const goes = row?.firstSyncFinishedAt != null && held.older > 0;
  return {
    chosen: keepMonths === null ? "all" : String(keepMonths),
    forgetsSums: row !== null && !row.keepSums,
    options: [...new Set([...RETENTIONS, keepMonths])].map((months) => ({
      value: months === null ? "all" : String(months),
      label: retentionLabel(months, place),
    })),
    sentence: comesAnew
      ? say(place, "retention.readAgain")
      : goes
        ? say(place, "retention.beingRemoved", { n: held.older })
        : keptSentence(keepMonths, meta, locale),
    moving: comesAnew || goes,
  };
}

type Kept = Pick<
  Shop,
  "keepMonths" | "keptMonths" | "keepSums" | "historyTrimmed" | "rebuildStartedAt" | "firstSyncFinishedAt"
>;

/** Older orders are on their way back, or about to be: for a longer time, or for their sums. */
function readsAnew({ keepMonths, keptMonths, ...row }: Kept, meta: ShopMeta): boolean {
  if (!row.historyTrimmed) return row.rebuildStartedAt !== null;
  const isLonger = keptMonths !== null && (keepMonths === null || keepMonths > keptMonths);
  return isLonger || (keepMonths !== null && row.keepSums && meta.opening_day === null);
}

function keptSentence(keepMonths: number | null, meta: ShopMeta | null, locale: string): string {
  const orders = meta && sourceCoverage(meta, "orders");
  const since = orders?.state === "retention" ? (meta?.opening_day ?? orders.from_day) : null;
  const place = { locale };
  if (since !== null) {
    const from = { day: formatDay(since, locale) };
    return meta?.opening_day
      ? say(place, "retention.sinceWithSums", from)
      : say(place, "retention.sinceAlone", from);
  }
  if (keepMonths === null) return say(place, "retention.allKept");
  if (orders?.state === "loading") return say(place, "retention.leaveAfterwards");
  return isYears(keepMonths)
    ? say(place, "retention.yearsKept", { n: keepMonths / 12 })
    : say(place, "retention.monthsKept", { n: keepMonths });
}
