// In which segments the golden shop's customers are, found by hand from the comments in shop.ts, not by code.
import type { SegmentationId } from "../../../app/kpis/catalogue.ts";

/** Members by segment, where there are any. */
type Sizes = Readonly<Partial<Record<SegmentationId, Readonly<Record<string, number>>>>>;

/**
 * At the start of 1 May. Of each customer orders, net sales, and days since the last order (fewer than 30 gaps: up to 30 days
 * are usual, more than 180 long):
 *   Ann 2, 5000 + 1980 = 6980, 46 · Ben 4, 4800, 30 · Cem 2, 2900, 52 · Dia 1, 0, 59 · Eva 2, 2700 − 900 + 1250 = 3050, 44
 *   Fay 1, 0, 57 · Gus 1, 3250, 56 · Hal 1, 1500, 55 · Ida 3, 2750 + 1800 + 1680 = 6230, 10 · Jon 1, 3500, 53
 *   Kim 2, 2100, 33 · Lea 1, 3600, 50 · Max 1, 1400, 49 · Nia 2, 3600, 26 · Oli 2, 3800, 16; together 46710
 * lifecycle      new Dia Fay Gus Hal Jon Lea Max · active Ben Ida Nia Oli · due Ann Cem Eva Kim
 * spend_tier     of 15, Ann 14.5 and Ida 13.5 reach nine tenths (13.5), Ben 12.5 and Oli 11.5 seven (10.5), Lea and Nia 10 do not
 * discount_use   as placed: Cem and Dia the first alone, Eva both, Ida one of three; Ann's discount came a day later
 * returns        Cem (cancelled), Eva, Fay, Hal, Ida, Jon (exchanged), Max (edited): something came back; of Gus only money
 * first_product  Thing but for Cem (Thing 1, of three equal ones the first) and Eva (no product); Jon's was a Thing at first
 * web_or_pos     Oli's first at a point of sale, the second not
 */
export const goldenMay: Sizes = {
  lifecycle: { new: 7, active: 4, due: 4 },
  order_count: { "1": 7, "2": 6, "3": 1, "4-5": 1 },
  spend_tier: { high: 2, medium: 2, low: 11 },
  discount_use: { never: 11, first_only: 2, sometimes: 1, always: 1 },
  returns: { never: 8, some: 7 },
  first_order_year: { "2024": 1, "2026": 14 },
  first_order_quarter: { "2024-q2": 1, "2026-q1": 14 },
  first_order_month: { "2024-06": 1, "2026-02": 1, "2026-03": 13 },
  first_type: { things: 14, unknown: 1 },
  first_vendor: { acme: 13, golden: 1, unknown: 1 },
  b2b: { company: 1, person: 14 },
  subscription: { subscriber: 1, one_time: 14 },
  language: { en: 13, fr: 1, unknown: 1 },
  web_or_pos: { web: 14, both: 1 },
  email_consent: { subscribed: 1, not_subscribed: 14 },
};

/** By what the shop calls them. */
export const goldenFirstProducts = { Thing: 13, "Thing 1": 1, Unknown: 1 };

/**
 * At the start of 1 March there are Ann, silent for 624 days after one order, and Ben, who placed his first the day before, by a
 * selling plan. Consent is today's.
 */
export const goldenMarch: Sizes = {
  lifecycle: { new: 1, lost: 1 },
  spend_tier: { medium: 1, low: 1 },
  discount_use: { never: 2 },
  returns: { never: 2 },
  first_order_month: { "2024-06": 1, "2026-02": 1 },
  first_type: { things: 2 },
  subscription: { subscriber: 1, one_time: 1 },
  language: { en: 2 },
  web_or_pos: { web: 2 },
  email_consent: { not_subscribed: 2 },
};
