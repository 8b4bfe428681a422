// The segment in which each customer was at the start of a day, found one customer after the other.
import type { SegmentationId } from "../../../app/kpis/catalogue.ts";
import {
  add,
  type Buyer,
  dayNumber,
  happened,
  type Line,
  movement,
  netBefore,
  type Order,
  salesAsPlaced,
} from "./recount-buyers.ts";

/** What a customer was at the start of a day, from orders before it. */
function factsAt(buyer: Buyer, day: string) {
  const before = buyer.orders.filter((order) => order.counts && order.local_day < day);
  const first = before[0];
  const last = before.at(-1);
  if (buyer.customer === null || first === undefined || last === undefined) return null;
  return { orders: before.length, net: netBefore(buyer, day), first, last, lastDay: last.local_day, before };
}
type Facts = NonNullable<ReturnType<typeof factsAt>>;

/** What the random shops call by a name of Shopify's of old. */
const CHANNELS: Readonly<Record<string, string>> = { shopify_draft_order: "draft-orders" };

/** Two spellings that differ in nothing that is seen. */
const WORDS: Readonly<Record<string, string>> = {
  "Wall art": "wall-art",
  "WALL  ART": "wall-art",
  Rugs: "rugs",
  "Sand & Sons": "sand-&-sons",
  Nordlys: "nordlys",
};

const discountOf = (order: Order) => add(salesAsPlaced(order).map((sale) => movement(sale).discounts));

/** What most was asked for in the order as it was placed; of equals what was put into it first. */
function leading(order: Order): Line | undefined {
  const asked = Map.groupBy(
    salesAsPlaced(order).filter(
      ({ line_type, line_item_id }) => line_type === "PRODUCT" && line_item_id !== null,
    ),
    ({ line_item_id }) => line_item_id,
  );
  const [most] = [...asked]
    .map(([line, sales]) => ({ line: line ?? 0, gross: add(sales.map((sale) => movement(sale).gross)) }))
    .sort((a, b) => b.gross - a.gross || a.line - b.line);
  return order.lines.find(({ line_item_id }) => line_item_id === most?.line);
}

/** Days before which something of the order came back for the first time; null: nothing ever did. */
function firstReturn(order: Order): string | null {
  const days = order.sales
    .filter((sale) => sale.line_type === "PRODUCT" && sale.action === "RETURN" && (sale.quantity ?? 0) !== 0)
    .map((sale) => sale.local_day);
  return days.sort()[0] ?? null;
}

/** Never, some, or serial: of three orders and half of the units. */
function returnsBefore(buyer: Buyer, day: string): string {
  const back = buyer.orders.map(firstReturn).filter((first) => first !== null && first < day).length;
  const sales = buyer.orders.flatMap((order) => order.sales).filter((sale) => sale.local_day < day);
  const sold = add(sales.map((sale) => movement(sale).units));
  const reversed = add(
    sales
      .filter((sale) => sale.line_type === "PRODUCT" && sale.action === "RETURN")
      .map((sale) => Math.abs(sale.quantity ?? 0)),
  );
  if (back === 0) return "never";
  return back >= 3 && reversed >= sold / 2 ? "serial" : "some";
}

function discountUse(orders: readonly Order[]): string {
  const [first, ...others] = orders.map((order) => discountOf(order) > 0);
  if (!others.includes(true)) return first ? "first_only" : "never";
  return first && !others.includes(false) ? "always" : "sometimes";
}

function stageOfLife(orders: number, silent: number, { g50, g90 }: { g50: number; g90: number }): string {
  if (silent > 2 * g90) return "lost";
  if (silent > g90) return "overdue";
  return orders === 1 ? "new" : silent <= g50 ? "active" : "due";
}

/** The highest tenth, the fifth below it, the rest; whoever is equal is half below and half above. */
function tierAmong(all: readonly number[], net: number): string {
  const place = all.filter((other) => other < net).length + all.filter((other) => other === net).length / 2;
  return 10 * place >= 9 * all.length ? "high" : 10 * place >= 7 * all.length ? "medium" : "low";
}

const CONSENTS: Readonly<Record<string, string>> = {
  SUBSCRIBED: "subscribed",
  NOT_SUBSCRIBED: "not_subscribed",
  UNSUBSCRIBED: "unsubscribed",
  PENDING: "pending",
};

const either = (told: boolean | null, yes: string, no: string) =>
  told === null ? "unknown" : told ? yes : no;

/** 1 + the fifths that the mid-rank reaches: (how many are below + half of those that are equal) of all. */
function scorer(values: readonly number[]): (value: number) => number {
  return (value) => {
    const below = values.filter((other) => other < value).length;
    const equal = values.filter((other) => other === value).length;
    return Math.min(5, 1 + Math.floor((5 * (2 * below + equal)) / (2 * values.length)));
  };
}

/** Days between one purchase day and the next that half, and nine in ten, of all known gaps do not exceed. */
export function rhythm(buyers: readonly Buyer[], day: string): { g50: number; g90: number } {
  const gaps = buyers
    .filter((buyer) => buyer.customer !== null)
    .flatMap((buyer) => {
      const days = [
        ...new Set(
          buyer.orders
            .filter((order) => order.counts && order.local_day < day)
            .map((order) => order.local_day),
        ),
      ].sort();
      return days.slice(1).map((at, index) => dayNumber(at) - dayNumber(days[index] ?? at));
    })
    .sort((a, b) => a - b);
  if (gaps.length < 30) return { g50: 30, g90: 180 };
  const quantile = (share: number) => gaps[Math.ceil(share * gaps.length) - 1] ?? 0;
  return { g50: quantile(0.5), g90: quantile(0.9) };
}

/**
 * Recency, frequency and money of every customer with an order, ranked among all of the day `by` and held to its rhythm; null:
 * too few or too young.
 */
function rfmScores(buyers: readonly Buyer[], ranked: readonly Facts[], day: string, by: string) {
  const oldest = ranked.map((fact) => fact.first.local_day).sort()[0];
  if (ranked.length < 50 || oldest === undefined || dayNumber(by) - dayNumber(oldest) < 90) return null;
  const [r, f, m] = [
    scorer(ranked.map((fact) => dayNumber(fact.lastDay) - dayNumber(by))),
    scorer(ranked.map((fact) => fact.orders)),
    scorer(ranked.map((fact) => fact.net)),
  ];
  const { g50, g90 } = rhythm(buyers, by);
  return (fact: Facts) => {
    const silent = dayNumber(day) - dayNumber(fact.lastDay);
    const recency = r(-silent);
    return {
      r: silent <= g50 ? Math.max(4, recency) : silent > g90 ? Math.min(3, recency) : recency,
      fm: ((fact.orders === 1 ? 1 : f(fact.orders)) + m(fact.net)) / 2,
    };
  };
}

const rfmGroup = (r: number, fm: number): string => {
  if (r === 5) return fm > 3 ? "champions" : fm > 2 ? "active" : "new";
  if (r === 4) return fm > 3 ? "loyal" : fm > 2 ? "active" : "promising";
  if (r === 3) return fm > 3 ? "loyal" : "needs_attention";
  return fm > 4 ? "previously_loyal" : fm > 3 ? "at_risk" : r === 2 ? "almost_lost" : "dormant";
};

/**
 * Each buyer's segment at the start of the day; who had no order by then is told apart by the orders before the day
 * `until`, or the instant at which that is cut. The random shops have fewer values than get a segment of their own.
 * @param by whose cut points and rhythm are taken
 */
export function segmentsAt(
  buyers: readonly Buyer[],
  segmentation: SegmentationId,
  day: string,
  until: string,
  upTo?: string,
  by = day,
): Map<Buyer, string> {
  const facts = new Map<Buyer, Facts>();
  for (const buyer of buyers) {
    const known = factsAt(buyer, day);
    if (known !== null) facts.set(buyer, known);
  }
  const ranked = by === day ? [...facts.values()] : buyers.flatMap((buyer) => factsAt(buyer, by) ?? []);
  const scores = segmentation === "rfm" ? rfmScores(buyers, ranked, day, by) : null;
  const gaps = segmentation === "lifecycle" ? rhythm(buyers, by) : null;
  const spent = ranked.map(({ net }) => net);
  const named = (value: string | null | undefined) => value ?? "unknown";
  const words = (text: string | null | undefined) => named(WORDS[text ?? ""]);
  const segment = (fact: Facts, buyer: Buyer): string => {
    switch (segmentation) {
      case "rfm": {
        if (scores === null) return "ungrouped";
        const { r, fm } = scores(fact);
        return rfmGroup(r, fm);
      }
      case "order_count":
        return fact.orders <= 3
          ? String(fact.orders)
          : fact.orders <= 5
            ? "4-5"
            : fact.orders <= 10
              ? "6-10"
              : "11-plus";
      case "country":
        return named(fact.first.country);
      case "channel":
        return named(CHANNELS[fact.first.channel ?? ""] ?? fact.first.channel);
      case "first_order_year":
        return fact.first.local_day.slice(0, 4);
      case "first_order_month":
        return fact.first.local_day.slice(0, 7);
      case "first_order_quarter": {
        const [year = "", month = ""] = fact.first.local_day.split("-");
        return `${year}-q${Math.ceil(Number(month) / 3)}`;
      }
      case "first_product":
        return named(leading(fact.first)?.product_id?.toString());
      case "first_type":
        return words(leading(fact.first)?.product_type);
      case "first_vendor":
        return words(leading(fact.first)?.vendor);
      case "lifecycle":
        return gaps === null ? "" : stageOfLife(fact.orders, dayNumber(day) - dayNumber(fact.lastDay), gaps);
      case "spend_tier":
        return tierAmong(spent, fact.net);
      case "discount_use":
        return discountUse(fact.before);
      case "returns":
        return returnsBefore(buyer, day);
      case "b2b":
        return either(fact.last.b2b, "company", "person");
      case "subscription":
        return either(fact.last.subscription, "subscriber", "one_time");
      case "language":
        return named(fact.last.language);
      case "web_or_pos": {
        const atShops = fact.before.filter(({ channel }) => channel === "pos").length;
        return atShops === 0 ? "web" : atShops === fact.orders ? "pos" : "both";
      }
      case "email_consent":
        return CONSENTS[buyer.consent ?? ""] ?? "unknown";
    }
  };
  return new Map(
    buyers.map((buyer) => {
      const fact = facts.get(buyer);
      if (buyer.customer === null) return [buyer, "guest"];
      if (fact !== undefined) return [buyer, segment(fact, buyer)];
      return [
        buyer,
        buyer.orders.some(
          (order) =>
            order.counts &&
            happened(order.local_day, order.placed_at, {
              from: "0001-01-01",
              to: until,
              ...(upTo === undefined ? {} : { upTo }),
            }),
        )
          ? "first_time"
          : "none",
      ];
    }),
  );
}
