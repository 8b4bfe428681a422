// The JSON of GET /api/refunds. Money is in integer minor units of `currency`, shares are of 1, days are inclusive.
import { z } from "zod";
import { BadInput } from "../errors.ts";
import { reasonText } from "../kpis/figure-words.server.ts";
import { addDays, includedDays } from "../kpis/period.ts";
import { bothWays, REVERSALS, MOST_MONTHS_TOLD, type RefundMonth } from "../refunds/refunds.server.ts";
import { MONTHS_SHOWN } from "./refunds.server.ts";
import type { ReportedShop } from "./shop.server.ts";

const monthsAsked = z.coerce.number().int().min(1).max(MOST_MONTHS_TOLD);

function monthsIn(params: URLSearchParams): number {
  const given = params.get("months") || null;
  if (given === null) return MONTHS_SHOWN;
  const read = monthsAsked.safeParse(given);
  if (read.success) return read.data;
  throw new BadInput(
    `"months" must be a whole number from 1 to ${MOST_MONTHS_TOLD}, not "${given.slice(0, 40).toWellFormed()}".`,
  );
}

const total = (months: readonly RefundMonth[], of: (month: RefundMonth) => number) =>
  months.reduce((sum, month) => sum + of(month), 0);

/** Throws BadInput naming the expected form. */
export async function refundsAnswer(shop: ReportedShop, params: URLSearchParams) {
  const count = monthsIn(params);
  const { place } = shop;
  const both = await bothWays(shop.view, shop.today);
  const older = both.months.slice(0, -count);
  return {
    shop: shop.shop,
    currency: place.currency,
    decimals: place.decimals,
    timeZone: place.timeZone,
    /** The last day that is wholly known. */
    knownTo: addDays(both.knownTo, -1),
    /** Days after a month's end by which 99 % of what comes back had come; the most days between a sale and its return. */
    nearlyAllAfter: both.nearlyAllAfter,
    longest: both.longest,
    /** Oldest first. Sums are facts, `toCome` is an estimate. */
    months: both.months.slice(-count).map((month) => {
      const { from, to, state, reason, sold, backIn, backOf, toCome } = month;
      const isTold = reason === null;
      return {
        month: from.slice(0, 7),
        ...includedDays({ from, to }),
        state,
        grossSales: isTold ? sold : null,
        reversalsIn: isTold ? backIn : null,
        reversalsOf: isTold ? backOf : null,
        share: isTold && sold > 0 ? backOf / sold : null,
        toCome,
        reason: reason && { code: reason, text: reasonText(place, reason, { kpi: REVERSALS }) },
      };
    }),
    /** Of all months before these, as far as they are kept. */
    before: {
      grossSales: both.before.sold + total(older, ({ sold }) => sold),
      reversalsIn: both.before.backIn + total(older, ({ backIn }) => backIn),
      reversalsOf: both.before.backOf + total(older, ({ backOf }) => backOf),
    },
    /** Of what was sold before the first order that is kept: of which month is not known. */
    reversalsOfNotKept: both.soldEarlier,
  };
}
