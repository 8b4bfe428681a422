// Addresses of the app that somebody of a shop has named, for everybody there.
import { z } from "zod";
import { db } from "../db.server.ts";
import { BadInput } from "../errors.ts";
import { type Reader, say } from "../words/words.server.ts";
import type { UserState } from "./choices.server.ts";
import { momentText } from "./wording.server.ts";

/** So many a shop has. */
export const MOST_VIEWS = 100;
const LONGEST_NAME = 80;
const LONGEST_ADDRESS = 2_000;

/** Proof of a visit, and what Shopify's admin adds: nobody else is to get it with a view. */
const OF_A_VISIT = new Set(
  "appLoadId embedded hmac host id_token link_source locale protocol session shop timestamp page index".split(
    " ",
  ),
);
/** Pages with a bar of choices. */
const PAGE = /^\/app(\/(why|segments(\/[\w-]{1,60}){0,2}|kpis(\/[\w-]{1,60})?|retention|journey|products))?$/;
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

const name = z
  .string()
  .transform((text) => text.toWellFormed().replace(INVISIBLE, " ").trim())
  .pipe(z.string().min(1).max(LONGEST_NAME));

/** The page and its choices, without what belongs to one visit. Throws BadInput for what is no page of the app. */
function addressOf(given: string): string {
  const url = URL.parse(given, "https://app.invalid");
  if (url?.host !== "app.invalid" || !PAGE.test(url.pathname) || given.length > LONGEST_ADDRESS)
    throw new BadInput(
      '"address" must be a page of the app with its choices, such as /app?segmentation=rfm.',
    );
  const params = new URLSearchParams([...url.searchParams].filter(([each]) => !OF_A_VISIT.has(each)));
  const query = params.toString();
  return query === "" ? url.pathname : `${url.pathname}?${query}`;
}

/** Names an address. Throws BadInput for a name that is none or taken, an address that is no page, and one view too many. */
export async function saveView(
  shop: string,
  { user }: UserState,
  given: { name: string; address: string },
  place: Reader,
): Promise<void> {
  const named = name.safeParse(given.name);
  if (!named.success) throw new BadInput(say(place, "savedViews.noName", { n: LONGEST_NAME }));
  const address = addressOf(given.address);
  const where = { shop };
  if ((await db.savedView.count({ where })) >= MOST_VIEWS)
    throw new BadInput(say(place, "savedViews.tooMany", { n: MOST_VIEWS }));
  const made = await db.savedView.createMany({
    data: [{ shop, name: named.data, address, userId: user }],
    skipDuplicates: true,
  });
  if (made.count === 0) throw new BadInput(say(place, "savedViews.taken", { name: named.data }));
}

/** Whether there was such a view. */
export async function removeView(shop: string, id: string): Promise<boolean> {
  return (await db.savedView.deleteMany({ where: { shop, id } })).count > 0;
}

export interface SavedViewsView {
  views: readonly { id: string; name: string; address: string; made: string }[];
}

/** By name. */
export async function savedViews(shop: string, now: Date, place: Reader): Promise<SavedViewsView> {
  const found = await db.savedView.findMany({ where: { shop }, orderBy: { name: "asc" } });
  return {
    views: found.map(({ id, name: called, address, madeAt }) => ({
      ...{ id, name: called, address },
      made: momentText(madeAt, now, { ...place, timeZone: "UTC" }),
    })),
  };
}
