// What the KPIs of named periods of the golden shop must be, added up by hand from the comments in shop.ts, not by code.
import type { GoldenCurrency } from "./shop.ts";

/** Sums that add up over segments, guests and days. Money in minor units. */
export interface GoldenSums {
  gross_sales: number;
  discounts: number;
  sales_reversals: number;
  net_sales: number;
  shipping: number;
  taxes: number;
  duties: number;
  /** Return fees and additional fees. */
  fees: number;
  tips: number;
  total_sales: number;
  orders: number;
  units_sold: number;
  /** Gross − discounts of the orders placed in the period, as placed: the numerator of aov; `orders` is below it. */
  placed_sales: number;
}

export interface GoldenPeriod {
  /** Local civil days, half-open. */
  from: string;
  to: string;
  /** Customers and guests. */
  total: GoldenSums;
  guests: GoldenSums;
  active_customers: number;
  new_customers: number;
  returning_customers: number;
  /** With two orders or more inside the period: the numerator of repeat_purchase_rate. */
  repeat_customers: number;
  /** Customers with an order before the period, and how many of them ordered in it: buyer_rate. */
  members_at_start: number;
  buyers: number;
  /** Customers with an order before the end, and their net sales since their first: customer_value_to_date. */
  members_at_end: number;
  value_to_date: number;
  /** Of the period's orders as placed, and the days since the order before, of those on a later day than that. */
  medians: { order: number; days: number | null };
  /** Of the period's orders, up to today: return_rate_units. */
  pieces: { returned: number; of: number };
  retention: GoldenRetention;
}

/** Who stays: what the rates divide. */
export interface GoldenRetention {
  /** Of the customers of the period before: how many there were, and how many ordered again. */
  bought_before: number;
  retained: number;
  /** Customer records at the start, with or without an order; their orders and net sales in the period. */
  members: number;
  member_orders: number;
  member_sales: number;
  /** Of those with an order before the start: silent for more than 180 days, for fewer than 30 gaps are known; on two days or more and not so. */
  overdue: number;
  loyal: number;
  /** What the period's orders have brought in up to now. */
  so_far: number;
  /** Records made without an order up to that day, 30 days ago or more, and who of them ordered within 30 days. */
  leads: number;
  leads_who_bought: number;
  /** New customers whose 90 days are over by 1 May, and what they brought in then. */
  followed_90: number;
  within_90: number;
}

export interface GoldenExpectations {
  decimals: number;
  periods: { march: GoldenPeriod; april: GoldenPeriod; springForward: GoldenPeriod; ever: GoldenPeriod };
}

const NO_SALES: GoldenSums = {
  gross_sales: 0,
  discounts: 0,
  sales_reversals: 0,
  net_sales: 0,
  shipping: 0,
  taxes: 0,
  duties: 0,
  fees: 0,
  tips: 0,
  total_sales: 0,
  orders: 0,
  units_sold: 0,
  placed_sales: 0,
};

/**
 * March without the orders tagged staff: #1001, Ann's first, whose #1015 is her first then; and #1008, all that Gus ordered.
 *   gross 46400 − 4000; reversals 8950 − 750; net 35180 − 3250; total 40074 − 3250 − 400 (tax); orders and units one less
 *   customers 15 without Gus; Ann is new in his place, and Ben alone had ordered before
 */
export const MARCH_WITHOUT_STAFF = {
  gross_sales: 42400,
  discounts: 2270,
  sales_reversals: 8200,
  net_sales: 31930,
  total_sales: 36424,
  orders: 21,
  units_sold: 31,
  tips: 300,
  active_customers: 14,
  new_customers: 13,
  returning_customers: 1,
} as const;

/**
 * March
 *   gross     1100 + 3000 + 1600 + 3000 + 2000 + 4000 + 3000 + 5000 + 3000 + 6000 (#1003 to #1012: 31700)
 *             + 1200 + 2100 + 2200 + 1300 + 600 (#1013 to #1017: 7400) + 1800 + 1000 (#1019, #1020)
 *             + 1000 + 1100 + 1300 + 500 + 600 (#1022, 1023, 1024, 1026, 1027: 4500) = 46400
 *   discounts 100 + 1600 + 300 + 220 + 50 = 2270
 *   reversals 750 + 1500 + 6000 + 700 = 8950
 *   net       46400 − 2270 − 8950 = 35180
 *   shipping  500 + 500 + (500 − 500) = 1000
 *   taxes     products 110 + 291 + 0 + 270 + 200 + 400 + 150 + 500 + 300 + 0 (2221) + 120 + 140 + 198 + 125 + 60 (643)
 *             + 180 + 100 + 100 + 110 + 130 + 50 + 60 (730) = 3594; shipping 50 + 50 + 0 = 100; together 3694
 *   total     35180 + 1000 + 3694 + 200 (fee) = 40074; tip and gift card stay out
 *   orders    #1003 to #1017 (15), #1019, 1020, 1022, 1023, 1024, 1026, 1027 = 22
 *   units     1 3 2 3 1 1 2 2 1 1 1 3 1 2 1 (25), then 7 × 1 = 32
 *   as placed 46400 − (2270 − 220) = 44350
 *   customers Ann Ben Cem Dia Eva Fay Gus Hal Ida Jon Kim Lea Max Nia Oli = 15; Ann and Ben had ordered before;
 *             Ben, Cem, Eva and (merged) Kim ordered twice
 *   guests    1000 + 500 + 600 = 2100, tax 210
 *   to date   Ann 5000 and Ben 1000 before March, then 35180 − 2100 = 33080: 39080
 * April
 *   gross     3500 + 2400 + 3000 + 1400 + 2000 + 2000 + 1680 = 15980
 *   reversals 900 + 2000 + 2250 + 3000 = 8150
 *   net       15980 − 200 − 8150 = 7630
 *   shipping  −500 + 500 + 500 = 500
 *   taxes     −90 − (200 + 50) − 250 + 50 + 240 + 300 + 140 + (200 + 50) + (180 + 50) + 319 = 939
 *   total     7630 + 500 + 939 + 150 (duties) + 70 (additional fee) = 9289
 *   orders    #1018, 1025, 1028, 1030, 1031 = 5; units 1 (exchange) + 2 (edit) + 1 + 1 + 1 + 2 + 1 = 9
 *   as placed 3000 + 1400 + 2000 + 1800 + 1680 = 9880
 *   customers Ben Ida Nia Oli, all known; Ida twice. To date 39080 + 7630 = 46710
 * 29 March    #1022, 1023 (Kim) and 1026 (guest): 1000 + 1100 + 500 = 2600, tax 260. Known by then: the 15 without Kim.
 *             To date, at the end of that day: Ben's #1024 (1300) is still to come: 39080 − 1300 = 37780
 * Stays       March: Ben alone bought in February, and again; Ann and Ben are there, Ann silent since June 2024 (624 days);
 *             they order #1003, #1015, #1024: 1100 + 1300 + 2200 − 220 = 4380. So far 35180 (all of March's movements are of
 *             its orders) and April's of them: −900 −2000 −2250 +3500 −3000 +2400 = −2250: 32930. Pam's record of 23 March is
 *             the only one without an order. April: of March's 15, Ben Ida Nia Oli; there are the 15 and Pam; on two days
 *             Ann Ben Cem Eva (Kim's two orders are of one day). 29 March: nobody bought on the 28th; the 14 and Pam.
 * Medians     March's 22 orders: 0 500 600 600 1000 1000 1100 1100 1200 1250 1300 | 1800 2000 …: 1550. Days: Ben 1, Cem 8, Eva 14,
 *             Ben 30, Ann 639; Kim's two orders are of one day. April: 1400 1680 1800 2000 3000; Ben 1, Ida 1, Nia 17, Oli 25,
 *             Ida 43. 29 March: 500 1000 1100. Ever: the 15th of 29 is 1800; of ten gaps 14 and 17 are in the middle
 * Pieces      March's orders: the 32 of March, #1011's exchange and two more of #1013: 35; back came one each of #1006, 1007, 1009,
 *             1010, 1011, 1012 and 1014. April's: 1 + 1 + 1 + 2 + 1 = 6. Ever: 43 with #1001 and #1002
 * Ever        2024 and February (5000 + 1000, tax 600) + March + April; twice or more: Ann Ben Cem Eva Ida Kim Nia Oli
 */
export function goldenExpectations(currency: GoldenCurrency): GoldenExpectations {
  return {
    decimals: { EUR: 2, JPY: 0, KWD: 3 }[currency],
    periods: {
      march: {
        from: "2026-03-01",
        to: "2026-04-01",
        total: {
          gross_sales: 46400,
          discounts: 2270,
          sales_reversals: 8950,
          net_sales: 35180,
          shipping: 1000,
          taxes: 3694,
          duties: 0,
          fees: 200,
          tips: 300,
          total_sales: 40074,
          orders: 22,
          units_sold: 32,
          placed_sales: 44350,
        },
        guests: {
          ...NO_SALES,
          gross_sales: 2100,
          net_sales: 2100,
          taxes: 210,
          total_sales: 2310,
          orders: 3,
          units_sold: 3,
          placed_sales: 2100,
        },
        active_customers: 15,
        new_customers: 13,
        returning_customers: 2,
        repeat_customers: 4,
        members_at_start: 2,
        buyers: 2,
        members_at_end: 15,
        value_to_date: 39080,
        medians: { order: 1550, days: 14 },
        pieces: { returned: 7, of: 35 },
        retention: {
          bought_before: 1,
          retained: 1,
          members: 2,
          member_orders: 3,
          member_sales: 4380,
          overdue: 1,
          loyal: 0,
          so_far: 32930,
          leads: 1,
          leads_who_bought: 0,
          followed_90: 0,
          within_90: 0,
        },
      },
      april: {
        from: "2026-04-01",
        to: "2026-05-01",
        total: {
          gross_sales: 15980,
          discounts: 200,
          sales_reversals: 8150,
          net_sales: 7630,
          shipping: 500,
          taxes: 939,
          duties: 150,
          fees: 70,
          tips: 0,
          total_sales: 9289,
          orders: 5,
          units_sold: 9,
          placed_sales: 9880,
        },
        guests: NO_SALES,
        active_customers: 4,
        new_customers: 0,
        returning_customers: 4,
        repeat_customers: 1,
        members_at_start: 15,
        buyers: 4,
        members_at_end: 15,
        value_to_date: 46710,
        medians: { order: 1800, days: 17 },
        pieces: { returned: 0, of: 6 },
        retention: {
          bought_before: 15,
          retained: 4,
          members: 16,
          member_orders: 5,
          member_sales: 7630,
          overdue: 0,
          loyal: 4,
          so_far: 9880,
          leads: 0,
          leads_who_bought: 0,
          followed_90: 0,
          within_90: 0,
        },
      },
      springForward: {
        from: "2026-03-29",
        to: "2026-03-30",
        total: {
          ...NO_SALES,
          gross_sales: 2600,
          net_sales: 2600,
          taxes: 260,
          total_sales: 2860,
          orders: 3,
          units_sold: 3,
          placed_sales: 2600,
        },
        guests: {
          ...NO_SALES,
          gross_sales: 500,
          net_sales: 500,
          taxes: 50,
          total_sales: 550,
          orders: 1,
          units_sold: 1,
          placed_sales: 500,
        },
        active_customers: 1,
        new_customers: 1,
        returning_customers: 0,
        repeat_customers: 1,
        members_at_start: 14,
        buyers: 0,
        members_at_end: 15,
        value_to_date: 37780,
        medians: { order: 1000, days: null },
        pieces: { returned: 0, of: 3 },
        retention: {
          bought_before: 0,
          retained: 0,
          members: 15,
          member_orders: 0,
          member_sales: 0,
          overdue: 0,
          loyal: 4,
          so_far: 2600,
          leads: 0,
          leads_who_bought: 0,
          followed_90: 0,
          within_90: 0,
        },
      },
      ever: {
        from: "2024-01-01",
        to: "2026-05-01",
        total: {
          gross_sales: 68380,
          discounts: 2470,
          sales_reversals: 17100,
          net_sales: 48810,
          shipping: 1500,
          taxes: 5233,
          duties: 150,
          fees: 270,
          tips: 300,
          total_sales: 55963,
          orders: 29,
          units_sold: 43,
          placed_sales: 60230,
        },
        guests: {
          ...NO_SALES,
          gross_sales: 2100,
          net_sales: 2100,
          taxes: 210,
          total_sales: 2310,
          orders: 3,
          units_sold: 3,
          placed_sales: 2100,
        },
        active_customers: 15,
        new_customers: 15,
        returning_customers: 0,
        repeat_customers: 8,
        members_at_start: 0,
        buyers: 0,
        members_at_end: 15,
        value_to_date: 46710,
        medians: { order: 1800, days: 15.5 },
        pieces: { returned: 7, of: 43 },
        retention: {
          bought_before: 0,
          retained: 0,
          members: 0,
          member_orders: 0,
          member_sales: 0,
          overdue: 0,
          loyal: 0,
          so_far: 48810,
          leads: 1,
          leads_who_bought: 0,
          followed_90: 1,
          within_90: 5000,
        },
      },
    },
  };
}
