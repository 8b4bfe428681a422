// One period's figures of the slow recount: from what each buyer did to value, variance and range, one buyer after the other.
import { type KpiId, type SegmentationId } from "../../../app/kpis/catalogue.ts";
import { daysBetween, type Period } from "../../../app/kpis/period.ts";
import { studentT } from "../../../app/kpis/estimates/distributions.ts";
import { garwood, wilson } from "../../../app/kpis/estimates/ranges.ts";
import {
  add,
  type Buyer,
  type Cut,
  happened,
  inside,
  margin,
  movement,
  netBefore,
  salesAsPlaced,
} from "./recount-buyers.ts";
import { rhythm, segmentsAt } from "./recount-segments.ts";
import { type Bounds, type Figure, UNKNOWN, Z95 } from "./recount-figure.ts";
import { consentIn, type consentKnownIn, type Consents } from "./recount-consents.ts";
import { exposureOf, type Stock } from "./recount-stock.ts";
import { medianFigure, medians, valuesOf } from "./recount-medians.ts";
import { retentionAverages, retentionMoney, retentionOf, retentionRatios } from "./recount-retention.ts";

export interface Contribution {
  segment: string;
  member: boolean;
  values: ReadonlyMap<KpiId, number[]>;
  sums: Record<string, number>;
}

/** What each buyer adds to every sum of a period. */
export function contributions(
  buyers: readonly Buyer[],
  {
    segmentation,
    consents,
    stock,
  }: { segmentation: SegmentationId; consents: Consents | null; stock: Stock | null },
  period: Cut,
  membersOn: string,
  lastDay: string,
) {
  const segments = segmentsAt(buyers, segmentation, membersOn, period.to, period.upTo);
  const { g90 } = rhythm(buyers, membersOn);
  return buyers.map((buyer): Contribution => {
    const segment = segments.get(buyer) ?? "none";
    const hadOrdered = !["none", "first_time", "guest"].includes(segment);
    const member = hadOrdered || (buyer.createdDay !== null && buyer.createdDay < membersOn);
    const placed = buyer.orders.filter(
      (order) => order.counts && happened(order.local_day, order.placed_at, period),
    );
    const moves = buyer.orders.flatMap((order) =>
      order.sales.filter((sale) => happened(sale.local_day, sale.booked_at, period)).map(movement),
    );
    const total = (key: keyof ReturnType<typeof movement>) => add(moves.map((moved) => moved[key]));
    const isCustomer = buyer.customer !== null;
    const { gave, holds } = consentIn(consents, buyer.customer, period);
    const active = isCustomer && placed.length > 0 ? 1 : 0;
    const isNew =
      isCustomer && placed.length > 0 && placed[0] === buyer.orders.find((order) => order.counts) ? 1 : 0;
    const net = total("gross") - total("discounts") - total("reversals");
    const goods = buyer.orders.flatMap((order) =>
      order.sales
        .filter((sale) => happened(sale.local_day, sale.booked_at, period))
        .map((sale) => margin(sale, order.lines)),
    );
    const costed = add(goods.map((each) => each.costed));
    const asPlaced = placed.flatMap((order) =>
      salesAsPlaced(order)
        .map(movement)
        .map((moved) => moved.gross - moved.discounts),
    );
    const units = placed.map((order) => add(salesAsPlaced(order).map((sale) => movement(sale).units)));
    const discounts = placed.map((order) =>
      add(salesAsPlaced(order).map((sale) => movement(sale).discounts)),
    );
    return {
      segment,
      member,
      values: valuesOf(buyer, period),
      sums: {
        tips: total("tips"),
        new_customer_records: buyer.createdDay !== null && inside(buyer.createdDay, period) ? 1 : 0,
        placed_units: add(units),
        discounted: discounts.filter((amount) => amount > 0).length,
        gross_sales: total("gross"),
        discounts: total("discounts"),
        sales_reversals: total("reversals"),
        net_sales: net,
        costed,
        gross_margin: costed - add(goods.map((each) => each.cost)),
        total_sales: net + total("charges"),
        orders: placed.length,
        units_sold: total("units"),
        as_placed: add(asPlaced),
        active_customers: active,
        new_customers: isNew,
        returning_customers: active - isNew,
        repeat: isCustomer && placed.length >= 2 ? 1 : 0,
        member: member ? 1 : 0,
        buyer: member ? active : 0,
        new_subscribers: gave ? 1 : 0,
        subscribed: member && holds ? 1 : 0,
        had_ordered: hadOrdered ? 1 : 0,
        ...exposureOf(stock, buyer, period),
        to_date: hadOrdered ? netBefore(buyer, period.to) : 0,
        ...retentionOf(buyer, { period, membersOn, lastDay, g90 }, { member, hadOrdered }),
      },
    };
  });
}

export const ratios: Partial<
  Record<KpiId, [string, string, "wilson" | "delta" | "poisson", "guests" | "customers"]>
> = {
  aov: ["as_placed", "orders", "delta", "guests"],
  units_per_order: ["placed_units", "orders", "delta", "guests"],
  discounted_order_share: ["discounted", "orders", "delta", "guests"],
  returning_customer_rate: ["returning_customers", "active_customers", "wilson", "customers"],
  repeat_purchase_rate: ["repeat", "active_customers", "wilson", "customers"],
  orders_per_customer: ["orders", "active_customers", "delta", "customers"],
  sales_per_customer: ["net_sales", "active_customers", "delta", "customers"],
  customer_value_to_date: ["to_date", "had_ordered", "delta", "customers"],
  discount_rate: ["discounts", "gross_sales", "delta", "guests"],
  reversal_rate: ["sales_reversals", "gross_sales", "delta", "guests"],
  buyer_rate: ["buyer", "member", "wilson", "customers"],
  subscribed_share: ["subscribed", "member", "wilson", "customers"],
  gross_margin_rate: ["gross_margin", "costed", "delta", "guests"],
  stockout_exposure: ["units_out", "units_known", "delta", "guests"],
  cac_blended: ["ad_spend", "new_customers", "poisson", "guests"],
  ...retentionRatios,
};
export const moneyAverages: readonly string[] = [
  "aov",
  "aov_median",
  "sales_per_customer",
  "customer_value_to_date",
  "cac_blended",
  ...retentionAverages,
];
export const money: readonly string[] = [
  ...["gross_sales", "discounts", "sales_reversals", "net_sales", "total_sales", "as_placed", "to_date"],
  ...["costed", "gross_margin", "ad_spend", "stock_value", "tips", ...retentionMoney],
  ...moneyAverages,
];

/** Hall's range: where the cubic of the studentized difference is within ±t, found by trying. */
export function bent(value: number, variance: number, third: number, units: number, z: number): Bounds {
  if (variance <= 0) return { low: value, high: value };
  const error = Math.sqrt(variance);
  const g = Math.max(-3, Math.min(3, third / error ** 3));
  const t = studentT(units - 1, z);
  const cubic = (x: number) => x + (g / 3) * x * x + ((g * g) / 27) * x ** 3 + g / 6;
  const where = (point: number) => {
    let [low, high] = [-1e6, 1e6];
    for (let step = 0; step < 100; step++) {
      const middle = (low + high) / 2;
      if (cubic(middle) < point) low = middle;
      else high = middle;
    }
    return (low + high) / 2;
  };
  return { low: value - error * where(t), high: value - error * where(-t) };
}

/** A period's contributions, and what was spent in it by row. */
export interface Counted {
  people: readonly Contribution[];
  spent: (row: string) => number | null;
  /** What is in stock at its end. */
  worth: (row: string) => number | null;
  isStockKnown: boolean;
  followed: readonly Followed[];
  /** Whether what is told of consents is known of the period. */
  consents: ReturnType<typeof consentKnownIn>;
}

/** Of nobody's spend there is nothing to be unsure of; per new customer, of their number. */
function spentFigure(kpi: "ad_spend" | "cac_blended", spent: number | null, won: number): Figure {
  if (spent === null) return UNKNOWN;
  if (kpi === "ad_spend") return { ...UNKNOWN, value: spent };
  if (won === 0) return UNKNOWN;
  const at = (z: number) => {
    const { low, high } = garwood(won, z);
    return { low: spent / high, high: spent / low };
  };
  const range = { ...at(Z95), sureness: "sure" as const };
  return { ...UNKNOWN, value: spent / won, n: won, events: won, range, at };
}

/** Where something was sold of which no cost is known, there is no margin. */
export function isUncosted(kpi: KpiId, { people }: Counted, holds: (segment: string) => boolean): boolean {
  const row = people.filter((person) => holds(person.segment));
  const moved = (name: string) => row.some(({ sums }) => (sums[name] ?? 0) !== 0);
  return kpi.startsWith("gross_margin") && !moved("costed") && !moved("gross_margin") && moved("net_sales");
}

/** True where the parts of net sales whose cost is known are more than five points apart. */
export function knownApart(a: Counted, b: Counted, holds: (segment: string) => boolean): boolean {
  const known = ({ people }: Counted) => {
    const row = people.filter((person) => holds(person.segment));
    const total = (name: string) => add(row.map(({ sums }) => sums[name] ?? 0));
    const net = total("net_sales");
    return net <= 0 ? 1 : Math.max(0, Math.min(1, total("costed") / net));
  };
  return Math.abs(known(a) - known(b)) > 0.05;
}

/** Of each new customer, after how many days the second order came, or for how many days none has. */
interface Followed {
  segment: string;
  days: number;
  again: boolean;
}

export function followedIn(
  buyers: readonly Buyer[],
  period: Period,
  segments: ReadonlyMap<Buyer, string>,
  lastDay: string,
): Followed[] {
  return buyers.flatMap((buyer): Followed[] => {
    const days = buyer.orders.filter(({ counts }) => counts).map(({ local_day }) => local_day);
    const [first, second] = days;
    if (buyer.customer === null || first === undefined || !inside(first, period) || first > lastDay)
      return [];
    const seen = daysBetween(first, lastDay);
    const took = second === undefined || second > lastDay ? null : daysBetween(first, second);
    const segment = segments.get(buyer) ?? "none";
    return [{ segment, days: took ?? seen, again: took !== null }];
  });
}

/** The product-limit estimate, one event after the other. */
function secondOrders(followed: readonly Followed[], within: number): Figure {
  const n = followed.length;
  const times = [
    ...new Set(followed.filter(({ again, days }) => again && days <= within).map(({ days }) => days)),
  ];
  let [left, greenwood] = [1, 0];
  for (const time of times.sort((a, b) => a - b)) {
    const atRisk = followed.filter(({ days }) => days >= time).length;
    const now = followed.filter(({ again, days }) => again && days === time).length;
    left *= 1 - now / atRisk;
    greenwood += now / (atRisk * (atRisk - now));
  }
  const kept = followed.filter(({ again, days }) => days > within || (days === within && !again)).length;
  const events = followed.filter(({ again, days }) => again && days <= within).length;
  if (n === 0 || (kept === 0 && left > 0)) return { ...UNKNOWN, n, events: 0 };
  const error = left * Math.sqrt(greenwood);
  const at = (z: number) => {
    const half = (z * error) / (left * Math.abs(Math.log(left)));
    return { low: 1 - left ** Math.exp(-half), high: 1 - left ** Math.exp(half) };
  };
  const ranged = left > 0 && left < 1 && events >= 10;
  const sureness = kept < 10 || n < 30 ? ("rough" as const) : ("sure" as const);
  const range = ranged ? { ...at(Z95), sureness } : null;
  return { ...UNKNOWN, value: 1 - left, n, events, range, variance: ranged ? error ** 2 : 0, at };
}

export function figure(
  kpi: KpiId,
  { people, spent, worth, isStockKnown, followed, consents }: Counted,
  row: string,
): Figure {
  if (kpi === "stock_value") return { ...UNKNOWN, value: worth(row) };
  if (kpi === "stockout_exposure" && !isStockKnown) return UNKNOWN;
  if ((kpi === "new_subscribers" || kpi === "subscribed_share") && !consents[kpi]) return UNKNOWN;
  const holds = (segment: string) => row === "total" || segment === row;
  const within = /^second_order_rate_(\d+)d$/.exec(kpi)?.[1];
  if (within !== undefined)
    return secondOrders(
      followed.filter(({ segment }) => holds(segment)),
      Number(within),
    );
  if (kpi === "ad_spend" || kpi === "cac_blended") {
    const won = people
      .filter((person) => holds(person.segment))
      .map(({ sums }) => sums["new_customers"] ?? 0);
    return spentFigure(kpi, spent(row), add(won));
  }
  if (medians.includes(kpi)) {
    const own = people.filter(
      ({ segment }) => holds(segment) && (kpi === "aov_median" || segment !== "guest"),
    );
    return medianFigure(own.map(({ values }) => values.get(kpi) ?? []));
  }
  return ownedFigure(kpi, people, holds);
}

/** Symmetric in log-odds, where it is a part. */
function inOdds(value: number, variance: number, n: number, z: number): Bounds {
  const half = studentT(n - 1, z) * Math.sqrt(variance);
  if (value <= 0 || value >= 1) return { low: value - half, high: value + half };
  const moved = Math.exp(half / (value * (1 - value)));
  const odds = value / (1 - value);
  return { low: odds / moved / (1 + odds / moved), high: (odds * moved) / (1 + odds * moved) };
}

function ownedFigure(
  kpi: KpiId,
  people: readonly Contribution[],
  holds: (segment: string) => boolean,
): Figure {
  const ratio = ratios[kpi];
  const share = kpi === "sales_share";
  const [top, bottom, method, who] = share
    ? ["net_sales", "net_sales", "delta", "guests"]
    : (ratio ?? [kpi, kpi, "delta", "guests"]);
  const of = (person: Contribution, name: string) => person.sums[name] ?? 0;
  const isIn = (person: Contribution) =>
    holds(person.segment) && (who === "guests" || person.segment !== "guest");
  const row = people.filter(isIn);
  const y = add(row.map((person) => of(person, top)));
  const x = add(row.map((person) => of(person, bottom)));
  const n = row.filter((person) => of(person, bottom) !== 0).length;
  const events = money.includes(top) ? row.filter((person) => of(person, top) !== 0).length : Math.abs(y);
  const unbiased = (count: number) => (count < 2 ? 1 : count / (count - 1));
  const power = (values: readonly number[], by: number) => add(values.map((value) => value ** by));
  const isRatio = share || ratio !== undefined;
  const movers = row.filter((person) => of(person, top) !== 0).length;
  const finish = (value: number, residuals: number[], spreading: number): Figure => {
    // Equal values differ by rounding.
    const variance = spreading <= 1e-18 * value ** 2 ? 0 : spreading;
    const cubes = power(residuals, 3);
    const spread = value === 0 || n === 0 ? 0 : (n * variance) / value ** 2;
    // Amounts of a part of the units, log-normal, whose squares are q times the square of their mean.
    const part = isRatio ? Math.min(1, movers / n) : 1;
    const q = Math.max(1, part * (1 + spread));
    const below = part * Math.max(part * spread, q - part) ** 3;
    const implied =
      spread === 0 || movers === 0
        ? 0
        : ((q ** 3 - 3 * part * q + 2 * part ** 2) / Math.sqrt(below) / Math.sqrt(n)) * variance ** 1.5;
    const leaning = Math.abs(cubes) <= implied * 1e-9 ? 0 : cubes;
    const cautious = Math.abs(cubes) >= implied ? cubes : Math.sign(leaning || value) * implied;
    const figure = { value, n, events, residuals, variance, range: null, at: null };
    if (method === "wilson") {
      const sure = x >= 30 && y >= 5 && x - y >= 5;
      const at = (z: number) => wilson(y, x, z);
      const range = { ...at(Z95), sureness: sure ? ("sure" as const) : ("rough" as const) };
      return { ...figure, third: 0, cautious: 0, range, at };
    }
    if (!isRatio || n < 10 || events < 10 || variance <= 0) return { ...figure, third: cubes, cautious };
    const even = Math.abs(cautious) <= Math.SQRT1_2 * variance ** 1.5;
    const sure = Math.min(n, movers) >= (share ? 200 : 50) && even;
    const at = share ? (z: number) => inOdds(value, variance, n, z) : null;
    const range = {
      ...(at?.(Z95) ?? bent(value, variance, cautious, n, Z95)),
      sureness: sure ? ("sure" as const) : ("rough" as const),
    };
    return { ...figure, third: cubes, cautious, range, at };
  };
  const none: Figure = { ...UNKNOWN, n, events };
  if (share) {
    const all = add(people.map((person) => of(person, top)));
    if (all <= 0) return none;
    const part = y / all;
    // Every customer of the shop moves the share, by how far off the mean of the own segment.
    const groups = Map.groupBy(people, (person) => person.segment);
    const unknownNumber = (segment: string) =>
      ["none", "first_time", "guest"].includes(segment) || (groups.get(segment)?.length ?? 0) < 2;
    const meanOf = (segment: string) => {
      const group = groups.get(segment) ?? [];
      return unknownNumber(segment) ? 0 : add(group.map((person) => of(person, top))) / group.length;
    };
    const means = new Map([...groups.keys()].map((segment) => [segment, meanOf(segment)]));
    const residuals = people.map(
      (person) =>
        (((isIn(person) ? 1 : 0) - part) * (of(person, top) - (means.get(person.segment) ?? 0))) / all,
    );
    const variance = add(
      people.map(({ segment }, index) => {
        const factor = unknownNumber(segment) ? 1 : unbiased(groups.get(segment)?.length ?? 0);
        return (residuals[index] ?? 0) ** 2 * factor;
      }),
    );
    return finish(part, residuals, variance);
  }
  if (ratio !== undefined) {
    if (x <= 0) return none;
    const value = y / x;
    const residuals = people.map((person) =>
      isIn(person) ? (of(person, top) - value * of(person, bottom)) / x : 0,
    );
    return finish(value, residuals, power(residuals, 2) * unbiased(n));
  }
  // Known members vary around their mean, the others by turning up at all.
  const counted = new Set(row.filter((person) => !["none", "first_time", "guest"].includes(person.segment)));
  const mean = counted.size < 2 ? 0 : add([...counted].map((person) => of(person, top))) / counted.size;
  const residuals = people.map((person) =>
    isIn(person) ? of(person, top) - (counted.has(person) ? mean : 0) : 0,
  );
  const squares = (known: boolean) =>
    add(people.map((person, index) => (counted.has(person) === known ? (residuals[index] ?? 0) ** 2 : 0)));
  return finish(y, residuals, squares(true) * unbiased(counted.size) + squares(false));
}
