// Every figure counted again, slowly and in plain TypeScript, from the rows of sales, orders and customers alone: no
// derived table, no SQL, no sums of squares, but one customer after the other. What the compiled SQL must agree with.
import type { KpiId, SegmentationId } from "../../../app/kpis/catalogue.ts";
import type { Question } from "../../../app/kpis/answer.ts";
import { comparingOf, daysBetween, membershipDay, type Period } from "../../../app/kpis/period.ts";
import { studentT, wilson } from "../../../app/kpis/statistics.ts";
import {
  add,
  type Buyer,
  inside,
  movement,
  netBefore,
  salesAsPlaced,
  segmentsAt,
} from "./recount-segments.ts";

interface Contribution {
  segment: string;
  member: boolean;
  sums: Record<string, number>;
}

/** What each buyer adds to every sum of a period. */
function contributions(
  buyers: readonly Buyer[],
  segmentation: SegmentationId,
  period: Period,
  membersOn: string,
) {
  const segments = segmentsAt(buyers, segmentation, membersOn, period.to);
  return buyers.map((buyer): Contribution => {
    const segment = segments.get(buyer) ?? "none";
    const hadOrdered = !["none", "first_time", "guest"].includes(segment);
    const member = hadOrdered || (buyer.createdDay !== null && buyer.createdDay < membersOn);
    const placed = buyer.orders.filter((order) => order.counts && inside(order.local_day, period));
    const moves = buyer.orders.flatMap((order) =>
      order.sales.filter((sale) => inside(sale.local_day, period)).map(movement),
    );
    const total = (key: keyof ReturnType<typeof movement>) => add(moves.map((moved) => moved[key]));
    const isCustomer = buyer.customer !== null;
    const active = isCustomer && placed.length > 0 ? 1 : 0;
    const isNew =
      isCustomer && placed.length > 0 && placed[0] === buyer.orders.find((order) => order.counts) ? 1 : 0;
    const net = total("gross") - total("discounts") - total("reversals");
    const asPlaced = placed.flatMap((order) =>
      salesAsPlaced(order)
        .map(movement)
        .map((moved) => moved.gross - moved.discounts),
    );
    return {
      segment,
      member,
      sums: {
        gross_sales: total("gross"),
        discounts: total("discounts"),
        sales_reversals: total("reversals"),
        net_sales: net,
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
        had_ordered: hadOrdered ? 1 : 0,
        to_date: hadOrdered ? netBefore(buyer, period.to) : 0,
      },
    };
  });
}

const ratios: Partial<Record<KpiId, [string, string, "wilson" | "delta", "guests" | "customers"]>> = {
  aov: ["as_placed", "orders", "delta", "guests"],
  returning_customer_rate: ["returning_customers", "active_customers", "wilson", "customers"],
  repeat_purchase_rate: ["repeat", "active_customers", "wilson", "customers"],
  orders_per_customer: ["orders", "active_customers", "delta", "customers"],
  sales_per_customer: ["net_sales", "active_customers", "delta", "customers"],
  customer_value_to_date: ["to_date", "had_ordered", "delta", "customers"],
  discount_rate: ["discounts", "gross_sales", "delta", "guests"],
  reversal_rate: ["sales_reversals", "gross_sales", "delta", "guests"],
  buyer_rate: ["buyer", "member", "wilson", "customers"],
};
const moneyAverages: readonly string[] = ["aov", "sales_per_customer", "customer_value_to_date"];
const money: readonly string[] = [
  ...["gross_sales", "discounts", "sales_reversals", "net_sales", "total_sales", "as_placed", "to_date"],
  ...moneyAverages,
];

interface Figure {
  value: number | null;
  n: number;
  events: number;
  range: { low: number; high: number; sureness: "sure" | "rough" } | null;
  /** One for each buyer: how far this one moves the figure. Their squares add up to the variance. */
  residuals: number[];
  variance: number;
  /** Third central moment, taken for no smaller than log-normal spending of this spread would have. */
  third: number;
}

function figure(kpi: KpiId, people: readonly Contribution[], holds: (segment: string) => boolean): Figure {
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
  const finish = (value: number, residuals: number[], variance: number): Figure => {
    const cubes = power(residuals, 3);
    const spread = value === 0 || n === 0 ? 0 : (n * variance) / value ** 2;
    const implied =
      ((ratio === undefined ? spread ** 1.5 : (spread + 3) * Math.sqrt(spread)) / Math.sqrt(Math.max(1, n))) *
      variance ** 1.5;
    const third = Math.abs(cubes) >= implied ? cubes : Math.sign(cubes || value) * implied;
    const half = studentT(n - 1) * Math.sqrt(variance);
    let range: Figure["range"] = null;
    if (method === "wilson") {
      const sure = x >= 30 && y >= 5 && x - y >= 5;
      range = { ...wilson(y, x), sureness: sure ? "sure" : "rough" };
    } else if (isRatio && n >= 10 && events >= 10 && variance > 0) {
      const sure = n >= 100 && Math.abs(third) <= 0.2 * variance ** 1.5;
      range = { low: value - half, high: value + half, sureness: sure ? "sure" : "rough" };
    }
    return { value, n, events, range, residuals, variance, third: method === "wilson" ? 0 : third };
  };
  const none: Figure = { value: null, n, events, range: null, residuals: [], variance: 0, third: 0 };
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

export interface Recounted {
  value: number | null;
  n: number;
  events: number;
  low: number | null;
  high: number | null;
  sureness: "sure" | "rough" | null;
  previous: number | null;
  change: {
    absolute: number;
    low: number | null;
    high: number | null;
    verdict: "noise" | "more_than_noise" | "too_few";
  } | null;
}

export interface RecountedAnswer {
  rows: Map<string, { members: number; cells: Map<KpiId, Recounted> }>;
}

/** Without members at the start there are no figures per member. */
const perMember: readonly KpiId[] = ["buyer_rate", "customer_value_to_date"];

/** Money and numbers of things are whole, their bounds outwards; a rate that is a part of a whole stays one. */
function bounded(kpi: KpiId, value: number, { low, high }: { low: number; high: number }) {
  if (kpi !== "orders_per_customer" && !kpi.endsWith("_rate") && kpi !== "sales_share")
    return { low: Math.floor(low), high: Math.ceil(high) };
  const isPart = kpi !== "orders_per_customer" && value >= 0 && value <= 1;
  return isPart ? { low: Math.max(0, low), high: Math.min(1, high) } : { low, high };
}

function changeOf(kpi: KpiId, a: Figure, b: Figure, value: number, previous: number, longer: number) {
  const isSum = ratios[kpi] === undefined && kpi !== "sales_share";
  const scale = isSum ? longer : 1;
  const method = isSum || kpi === "sales_share" ? "sum" : ratios[kpi]?.[2];
  const covariance = scale * add(a.residuals.map((residual, index) => residual * (b.residuals[index] ?? 0)));
  const variances = [a.variance, b.variance * scale ** 2] as const;
  const variance = Math.max(0, variances[0] + variances[1] - 2 * covariance);
  const difference = (a.value ?? 0) - (b.value ?? 0) * scale;
  const whole = !["orders_per_customer", "sales_share"].includes(kpi) && !kpi.endsWith("_rate");
  const absolute = whole && scale !== 1 ? Math.round(difference) : value - previous * scale;
  const [most, fewest] = [Math.max, Math.min];
  let exact: { low: number; high: number };
  if (method === "wilson" && a.range !== null && b.range !== null) {
    const together = a.variance > 0 && b.variance > 0 ? covariance / Math.sqrt(a.variance * b.variance) : 0;
    const half = (p: number, q: number) =>
      Math.sqrt(Math.max(0, p * p + q * q - 2 * Math.max(-1, Math.min(1, together)) * p * q));
    exact = {
      low: difference - half((a.value ?? 0) - a.range.low, b.range.high - (b.value ?? 0)),
      high: difference + half(a.range.high - (a.value ?? 0), (b.value ?? 0) - b.range.low),
    };
  } else {
    const weighed = [a.n, b.n].map((n, index) => (n < 2 ? 0 : (variances[index] ?? 0) ** 2 / (n - 1)));
    const parts = add(weighed);
    const welch = parts === 0 ? most(a.n, b.n) : 1 + (variances[0] + variances[1]) ** 2 / parts;
    const units = method === "delta" ? fewest(a.n, b.n) : welch;
    const half = variance === 0 ? 0 : studentT(units - 1) * Math.sqrt(variance);
    exact = { low: difference - half, high: difference + half };
  }
  const which = method === "delta" ? fewest : most;
  const enough = (method === "sum" ? most : fewest)(a.n, b.n) >= 30 && which(a.events, b.events) >= 10;
  const even =
    method === "wilson" ||
    variance === 0 ||
    Math.abs(a.third - b.third * scale ** 3) <= 0.2 * variance ** 1.5;
  const ranged =
    method === "wilson" || (variance > 0 && which(a.n, b.n) >= 10 && which(a.events, b.events) >= 10);
  return {
    absolute,
    low: !ranged ? null : whole ? Math.floor(exact.low) : exact.low,
    high: !ranged ? null : whole ? Math.ceil(exact.high) : exact.high,
    verdict:
      !enough || !even
        ? ("too_few" as const)
        : exact.low <= 0 && exact.high >= 0
          ? ("noise" as const)
          : ("more_than_noise" as const),
  };
}

export function recount(buyers: readonly Buyer[], question: Question): RecountedAnswer {
  const { period, comparison, today, membersAt, segmentation } = question;
  const comparing = comparingOf(period, comparison, today);
  const membersOn = membershipDay(period, membersAt, today);
  const now = contributions(buyers, segmentation, period, membersOn);
  const part = comparing === null ? now : contributions(buyers, segmentation, comparing.part, membersOn);
  const firstDay = buyers
    .flatMap((buyer) => buyer.orders.filter((order) => order.counts).map((order) => order.local_day))
    .sort()[0];
  const isComparable = comparing !== null && (firstDay === undefined || comparing.with.from >= firstDay);
  const then =
    comparing === null
      ? null
      : contributions(buyers, segmentation, comparing.with, membershipDay(comparing.with, membersAt, today));
  const longer =
    comparing === null
      ? 1
      : daysBetween(comparing.part.from, comparing.part.to) /
        daysBetween(comparing.with.from, comparing.with.to);
  const ids = new Set([
    "total",
    "none",
    "first_time",
    "guest",
    ...now.map((person) => person.segment),
    ...(then ?? []).map((person) => person.segment),
  ]);
  const isGroupedThen = !(then ?? []).some((person) => person.segment === "ungrouped");
  const rows: RecountedAnswer["rows"] = new Map();
  for (const id of ids) {
    const holds = (segment: string) => id === "total" || segment === id;
    const isSegment = !["total", "none", "first_time", "guest", "ungrouped"].includes(id);
    const hadGroups = isGroupedThen ? id !== "ungrouped" : !isSegment;
    const cells = new Map(
      question.kpis.map((kpi): [KpiId, Recounted] => {
        const round = (value: number) =>
          moneyAverages.includes(kpi) || money.includes(kpi) ? Math.round(value) : value;
        const meaningless = perMember.includes(kpi) && ["none", "first_time"].includes(id);
        const valueOf = (of: Figure) => (of.value === null || meaningless ? null : round(of.value));
        const a = figure(kpi, now, holds);
        const value = valueOf(a);
        const whole = kpi === "sales_share" && id === "total";
        const range = value === null || whole || a.range === null ? null : bounded(kpi, value, a.range);
        const cell: Recounted = {
          value,
          n: a.n,
          events: a.events,
          low: range?.low ?? null,
          high: range?.high ?? null,
          sureness: range === null ? null : (a.range?.sureness ?? null),
          previous: null,
          change: null,
        };
        if (then === null || !isComparable || !hadGroups || whole) return [kpi, cell];
        const [c, b] = [figure(kpi, part, holds), figure(kpi, then, holds)];
        const compared = valueOf(c);
        cell.previous = valueOf(b);
        if (compared !== null && cell.previous !== null)
          cell.change = changeOf(kpi, c, b, compared, cell.previous, longer);
        return [kpi, cell];
      }),
    );
    rows.set(id, { members: now.filter((person) => holds(person.segment) && person.member).length, cells });
  }
  return { rows };
}
