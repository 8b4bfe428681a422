// Every figure counted again, slowly and in plain TypeScript, from the rows of sales, orders and customers alone: no
// derived table, no SQL, no sums of squares, but one customer after the other. What the compiled SQL must agree with.
import type { Row, Warehouse } from "../../app/warehouse/warehouse.server.ts";
import type { KpiId, SegmentationId } from "../../app/kpis/catalogue.ts";
import { comparedPeriod, membershipDay, type Period } from "../../app/kpis/period.ts";
import type { Question } from "../../app/kpis/query.server.ts";
import { studentT, wilson } from "../../app/kpis/statistics.ts";

interface Sale {
  order_id: number;
  action: string;
  line_type: string;
  reason: string;
  happened_at: string;
  local_day: string;
  quantity: number | null;
  total: number;
  tax: number;
  discount: number;
}

interface Order {
  order_id: number;
  customer_id: number | null;
  local_day: string;
  placed_at: string;
  channel: string | null;
  country: string | null;
  sales: Sale[];
}

/** A customer with all orders, or one guest order. */
interface Buyer {
  customer: number | null;
  createdDay: string | null;
  orders: Order[];
}

export async function buyersOf(warehouse: Warehouse, shop: string): Promise<Buyer[]> {
  const read = <T>(sql: string) => warehouse.query<Row & T>(shop, sql);
  const sales = await read<Sale>(
    "SELECT order_id, action, line_type, reason, happened_at, local_day, quantity, total, tax, discount FROM sales",
  );
  const orders = await read<Omit<Order, "sales">>(
    "SELECT order_id, customer_id, local_day, placed_at, channel, country FROM orders WHERE NOT test",
  );
  const customers = await read<{ customer_id: number; created_day: string | null }>(
    "SELECT customer_id, created_day FROM customers",
  );
  const ofOrder = Map.groupBy(sales, (sale) => sale.order_id);
  const full = orders.map((order): Order => ({ ...order, sales: ofOrder.get(order.order_id) ?? [] }));
  const byPlacement = (a: Order, b: Order) =>
    a.placed_at < b.placed_at ? -1 : a.placed_at > b.placed_at ? 1 : a.order_id - b.order_id;
  const ofCustomer = Map.groupBy(full, (order) => order.customer_id);
  return [
    ...customers.map((record) => ({
      customer: record.customer_id,
      createdDay: record.created_day,
      orders: (ofCustomer.get(record.customer_id) ?? []).sort(byPlacement),
    })),
    ...(ofCustomer.get(null) ?? []).map((order) => ({ customer: null, createdDay: null, orders: [order] })),
  ];
}

const inside = (day: string, period: Period) => day >= period.from && day < period.to;

function movement(sale: Sale) {
  const product = sale.line_type === "PRODUCT";
  const sold = product && (sale.action === "ORDER" || sale.action === "UPDATE");
  const reversed = (product && sale.action === "RETURN") || sale.line_type === "ADJUSTMENT";
  const named = ["PRODUCT", "ADJUSTMENT", "SHIPPING", "TIP", "GIFT_CARD", "DUTY"].includes(sale.line_type);
  const withoutTax = sale.total - sale.tax;
  return {
    gross: sold ? withoutTax + sale.discount : 0,
    discounts: sold ? sale.discount : 0,
    reversals: reversed ? -withoutTax : 0,
    units: sold ? (sale.quantity ?? 0) : 0,
    charges:
      sale.tax + (sale.line_type === "SHIPPING" || sale.line_type === "DUTY" || !named ? withoutTax : 0),
  };
}

const add = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

/** What a customer was at the start of a day, from orders before it. */
function factsAt(buyer: Buyer, day: string) {
  const before = buyer.orders.filter((order) => order.local_day < day);
  const first = before[0];
  const last = before.at(-1);
  if (buyer.customer === null || first === undefined || last === undefined) return null;
  return { orders: before.length, net: netBefore(buyer, day), first, lastDay: last.local_day };
}
type Facts = NonNullable<ReturnType<typeof factsAt>>;

function netBefore(buyer: Buyer, day: string): number {
  return add(
    buyer.orders.flatMap((order) =>
      order.sales
        .filter((sale) => sale.local_day < day)
        .map(movement)
        .map((moved) => moved.gross - moved.discounts - moved.reversals),
    ),
  );
}

/** Cut points at 20, 40, 60 and 80 %: the first value that at least so many are not above. */
function scorer<T extends string | number>(values: readonly T[]): (value: T) => number {
  const sorted = [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const cuts = [1, 2, 3, 4].map((fifth) => sorted[Math.ceil((fifth * sorted.length) / 5) - 1]);
  return (value) => 1 + cuts.filter((cut) => cut !== undefined && cut < value).length;
}

const rfmGroup = (r: number, fm: number): string => {
  if (r === 5) return fm > 3 ? "champions" : fm > 2 ? "active" : "new";
  if (r === 4) return fm > 3 ? "loyal" : fm > 2 ? "active" : "promising";
  if (r === 3) return fm > 3 ? "loyal" : "needs_attention";
  return fm > 4 ? "previously_loyal" : fm > 3 ? "at_risk" : r === 2 ? "almost_lost" : "dormant";
};

/** Each buyer's segment at the start of the day. The random shops have fewer values than get a segment of their own. */
export function segmentsAt(
  buyers: readonly Buyer[],
  segmentation: SegmentationId,
  day: string,
): Map<Buyer, string> {
  const facts = new Map<Buyer, Facts>();
  for (const buyer of buyers) {
    const known = factsAt(buyer, day);
    if (known !== null) facts.set(buyer, known);
  }
  const all = [...facts.values()];
  const r = scorer(all.map((fact) => fact.lastDay));
  const f = scorer(all.map((fact) => fact.orders));
  const m = scorer(all.map((fact) => fact.net));
  const named = (value: string | null) => (value === null ? "unknown" : value === "other" ? "other" : value);
  const segment = (fact: Facts): string => {
    switch (segmentation) {
      case "rfm":
        return rfmGroup(r(fact.lastDay), (f(fact.orders) + m(fact.net)) / 2);
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
        return named(fact.first.channel);
      case "first_order_year":
        return fact.first.local_day.slice(0, 4);
    }
  };
  return new Map(
    buyers.map((buyer) => {
      const fact = facts.get(buyer);
      return [buyer, buyer.customer === null ? "guest" : fact === undefined ? "none" : segment(fact)];
    }),
  );
}

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
    const placed = buyer.orders.filter((order) => inside(order.local_day, period));
    const moves = buyer.orders.flatMap((order) =>
      order.sales.filter((sale) => inside(sale.local_day, period)).map(movement),
    );
    const total = (key: keyof ReturnType<typeof movement>) => add(moves.map((moved) => moved[key]));
    const isCustomer = buyer.customer !== null;
    const active = isCustomer && placed.length > 0 ? 1 : 0;
    const isNew = isCustomer && placed.length > 0 && placed[0] === buyer.orders[0] ? 1 : 0;
    const net = total("gross") - total("discounts") - total("reversals");
    const asPlaced = placed.flatMap((order) => {
      const checkout = order.sales.find((sale) => sale.reason === "ORDER")?.happened_at ?? order.placed_at;
      const until = Date.parse(`${checkout.replace(" ", "T")}Z`) + 90_000;
      return order.sales
        .filter(
          (sale) => sale.reason === "ORDER" || Date.parse(`${sale.happened_at.replace(" ", "T")}Z`) <= until,
        )
        .map(movement)
        .map((moved) => moved.gross - moved.discounts);
    });
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
