// Who stays, found one customer after the other: orders of members, both periods, silence, and equal times from the first order.
import { periodBefore } from "../../../app/kpis/comparing.ts";
import { daysBetween } from "../../../app/kpis/period.ts";
import { add, type Buyer, type Cut, happened, inside, movement } from "./recount-buyers.ts";

/** Ratios: numerator, denominator, method, whether guests are in them. */
export const retentionRatios = {
  retention_rate: ["retained", "bought_before", "wilson", "customers"],
  churn_risk_share: ["overdue", "had_ordered", "wilson", "customers"],
  loyal_share: ["loyal", "had_ordered", "wilson", "customers"],
  orders_per_member: ["member_orders", "member", "delta", "customers"],
  sales_per_member: ["member_sales", "member", "delta", "customers"],
  value_within_90d: ["sales_90", "followed_90", "delta", "customers"],
  value_within_365d: ["sales_365", "followed_365", "delta", "customers"],
  net_aov: ["so_far", "orders", "delta", "guests"],
  return_rate_units: ["units_returned", "units_so_far", "delta", "guests"],
  lead_conversion: ["lead_bought", "lead", "wilson", "customers"],
} satisfies Record<string, [string, string, "wilson" | "delta", "guests" | "customers"]>;

export const retentionMoney: readonly string[] = ["member_sales", "sales_90", "sales_365", "so_far"];
export const retentionAverages: readonly string[] = [
  "sales_per_member",
  "value_within_90d",
  "value_within_365d",
  "net_aov",
];
export const retentionPerMember = [
  "churn_risk_share",
  "loyal_share",
  "orders_per_member",
  "sales_per_member",
] as const;
/** Known by whole days only. */
export const retentionByDay: readonly string[] = [
  ...["retention_rate", "value_within_90d", "value_within_365d", "net_aov", "lead_conversion"],
  "return_rate_units",
];

const netOf = (sales: Buyer["orders"][number]["sales"]) =>
  add(sales.map(movement).map((moved) => moved.gross - moved.discounts - moved.reversals));

export function retentionOf(
  buyer: Buyer,
  { period, membersOn, lastDay, g90 }: { period: Cut; membersOn: string; lastDay: string; g90: number },
  { member, hadOrdered }: { member: boolean; hadOrdered: boolean },
): Record<string, number> {
  const isCustomer = buyer.customer !== null;
  const orders = buyer.orders.filter(({ counts }) => counts);
  const placed = orders.filter((order) => happened(order.local_day, order.placed_at, period));
  const moved = buyer.orders.flatMap(({ sales }) =>
    sales.filter((sale) => happened(sale.local_day, sale.booked_at, period)),
  );
  const earlier = periodBefore(period);
  const boughtBefore = isCustomer && orders.some(({ local_day }) => inside(local_day, earlier));
  const days = orders.map(({ local_day }) => local_day).filter((day) => day < membersOn);
  const silent = daysBetween(days.at(-1) ?? membersOn, membersOn);
  const isOverdue = hadOrdered && silent > g90;
  const [first] = orders;
  const within = (length: number) => {
    const begins = isCustomer && first !== undefined && inside(first.local_day, period);
    const isOver =
      begins && daysBetween(first.local_day, lastDay) + 1 >= length && first.local_day <= lastDay;
    if (!isOver) return { followed: 0, net: 0 };
    const theirs = buyer.orders.flatMap(({ sales }) => sales);
    const inTime = theirs.filter(({ local_day }) => {
      const after = daysBetween(first.local_day, local_day);
      return after >= 0 && after < length;
    });
    return { followed: 1, net: netOf(inTime) };
  };
  const [quarter, year] = [within(90), within(365)];
  const { createdDay } = buyer;
  const isLead =
    createdDay !== null &&
    inside(createdDay, period) &&
    createdDay <= lastDay &&
    daysBetween(createdDay, lastDay) + 1 >= 30 &&
    (first === undefined || first.local_day > createdDay);
  const took = isLead && first !== undefined ? daysBetween(createdDay, first.local_day) : null;
  const one = (holds: boolean) => (holds ? 1 : 0);
  return {
    member_orders: member ? placed.length : 0,
    member_sales: member ? netOf(moved) : 0,
    bought_before: one(boughtBefore),
    retained: one(boughtBefore && placed.length > 0),
    overdue: one(isOverdue),
    loyal: one(hadOrdered && !isOverdue && days[0] !== days.at(-1)),
    followed_90: quarter.followed,
    sales_90: quarter.net,
    followed_365: year.followed,
    sales_365: year.net,
    so_far: add(placed.map(({ sales }) => netOf(sales))),
    units_so_far: add(placed.flatMap(({ sales }) => sales.map((sale) => movement(sale).units))),
    units_returned: add(placed.flatMap(({ sales }) => sales.map((sale) => movement(sale).returned))),
    lead: one(isLead),
    lead_bought: one(took !== null && took < 30),
  };
}
