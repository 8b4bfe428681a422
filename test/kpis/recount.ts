// Every figure counted again, slowly and in plain TypeScript, from the rows of sales, orders and customers alone: no
// derived table, no SQL, no sums of squares, but one customer after the other. What the compiled SQL must agree with.
import type { KpiId, SegmentationId } from "../../app/kpis/catalogue.ts";
import { comparedPeriod, membershipDay, type Period } from "../../app/kpis/period.ts";
import type { Question } from "../../app/kpis/query.server.ts";
import { studentT, wilson } from "../../app/kpis/statistics.ts";
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
  const segments = segmentsAt(buyers, segmentation, membersOn);
  return buyers.map((buyer): Contribution => {
    const segment = segments.get(buyer) ?? "none";
    const hadOrdered = segment !== "none" && segment !== "guest";
    const member =
      hadOrdered || (segment === "none" && buyer.createdDay !== null && buyer.createdDay < membersOn);
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
  shown: boolean;
  tooFew: boolean;
  n: number;
  events: number;
  low: number;
  high: number;
  /** One for each buyer: how far this one moves the figure. Their squares add up to the variance. */
  residuals: number[];
  variance: number;
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
  const n = row.filter((person) => of(person, bottom) !== 0).length;
  const events = money.includes(top) ? row.filter((person) => of(person, top) !== 0).length : Math.abs(y);
  const largest = Math.max(0, ...row.map((person) => Math.abs(of(person, top))));
  const tooFew = n < 30 || events < 10 || largest > 0.2 * Math.abs(y);
  const unbiased = (count: number) => (count < 2 ? 1 : count / (count - 1));
  const basis = { n, events, tooFew };
  const squared = (values: readonly number[]) => add(values.map((value) => value ** 2));
  const finish = (value: number, residuals: number[], variance: number): Figure => {
    const half = variance === 0 ? 0 : studentT(n - 1) * Math.sqrt(variance);
    const bounds =
      method === "wilson"
        ? wilson(y, add(row.map((person) => of(person, bottom))))
        : { low: value - half, high: value + half };
    return {
      value,
      shown: !tooFew || (ratio === undefined && !share),
      ...basis,
      ...bounds,
      residuals,
      variance,
    };
  };
  const none: Figure = { value: null, shown: false, ...basis, low: 0, high: 0, residuals: [], variance: 0 };
  if (share) {
    const all = add(people.map((person) => of(person, top)));
    if (all === 0) return none;
    const part = y / all;
    // Every customer of the shop moves the share, by how far off the mean of the own segment.
    const groups = Map.groupBy(people, (person) => person.segment);
    const unknownNumber = (segment: string) =>
      segment === "none" || segment === "guest" || (groups.get(segment)?.length ?? 0) < 2;
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
    const x = add(row.map((person) => of(person, bottom)));
    if (x === 0) return none;
    const value = y / x;
    const residuals = people.map((person) =>
      isIn(person) ? (of(person, top) - value * of(person, bottom)) / x : 0,
    );
    return finish(value, residuals, squared(residuals) * unbiased(n));
  }
  // Known members vary around their mean, the others by turning up at all.
  const counted = new Set(row.filter((person) => person.segment !== "none" && person.segment !== "guest"));
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
  previous: number | null;
  change: { absolute: number; low: number; high: number } | null;
}

export interface RecountedAnswer {
  rows: Map<string, { members: number; cells: Map<KpiId, Recounted> }>;
}

export function recount(buyers: readonly Buyer[], question: Question): RecountedAnswer {
  const { period, comparison, today, membersAt, segmentation } = question;
  const compared = comparedPeriod(period, comparison, today);
  const now = contributions(buyers, segmentation, period, membershipDay(period, membersAt, today));
  const then =
    compared === null
      ? null
      : contributions(buyers, segmentation, compared, membershipDay(compared, membersAt, today));
  const ids = new Set([
    "total",
    "none",
    "guest",
    ...now.map((person) => person.segment),
    ...(then ?? []).map((person) => person.segment),
  ]);
  const rows: RecountedAnswer["rows"] = new Map();
  for (const id of ids) {
    const holds = (segment: string) => id === "total" || segment === id;
    const cells = new Map(
      question.kpis.map((kpi): [KpiId, Recounted] => {
        const round = (value: number) =>
          moneyAverages.includes(kpi) || money.includes(kpi) ? Math.round(value) : value;
        const valueOf = (of: Figure) => (of.value === null || !of.shown ? null : round(of.value));
        const a = figure(kpi, now, holds);
        const cell: Recounted = {
          value: valueOf(a),
          n: a.n,
          events: a.events,
          low: a.value === null || a.tooFew ? null : round(a.low),
          high: a.value === null || a.tooFew ? null : round(a.high),
          previous: null,
          change: null,
        };
        if (then === null) return [kpi, cell];
        const b = figure(kpi, then, holds);
        cell.previous = valueOf(b);
        if (
          a.value === null ||
          b.value === null ||
          a.tooFew ||
          b.tooFew ||
          cell.value === null ||
          cell.previous === null
        )
          return [kpi, cell];
        const covariance = add(a.residuals.map((residual, index) => residual * (b.residuals[index] ?? 0)));
        const absolute = cell.value - cell.previous;
        if (ratios[kpi]?.[2] === "wilson") {
          const together =
            a.variance > 0 && b.variance > 0 ? covariance / Math.sqrt(a.variance * b.variance) : 0;
          const half = (p: number, q: number) =>
            Math.sqrt(Math.max(0, p * p + q * q - 2 * Math.max(-1, Math.min(1, together)) * p * q));
          cell.change = {
            absolute,
            low: a.value - b.value - half(a.value - a.low, b.high - b.value),
            high: a.value - b.value + half(a.high - a.value, b.value - b.low),
          };
        } else {
          const variance = Math.max(0, a.variance + b.variance - 2 * covariance);
          const half = variance === 0 ? 0 : studentT(Math.min(a.n, b.n) - 1) * Math.sqrt(variance);
          cell.change = {
            absolute,
            low: round(a.value - b.value - half),
            high: round(a.value - b.value + half),
          };
        }
        return [kpi, cell];
      }),
    );
    rows.set(id, { members: now.filter((person) => holds(person.segment) && person.member).length, cells });
  }
  return { rows };
}
