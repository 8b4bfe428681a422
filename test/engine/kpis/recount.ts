// Every figure counted again, slowly and in plain TypeScript, from the rows of sales, orders and customers alone: no
// derived table, no SQL, no sums of squares, but one customer after the other. What the compiled SQL must agree with.
import { type KpiId, kpis, type SegmentationId } from "../../../app/kpis/catalogue.ts";
import type { Question } from "../../../app/kpis/answer.ts";
import {
  addDays,
  type Clock,
  type Comparing,
  comparingOf,
  daysBetween,
  membershipDay,
  type Part,
  type Period,
} from "../../../app/kpis/period.ts";
import { garwood, studentT, wilson } from "../../../app/kpis/statistics.ts";
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
  segmentsAt,
  rhythm,
} from "./recount-segments.ts";
import {
  retentionAverages,
  retentionByDay,
  retentionMoney,
  retentionOf,
  retentionPerMember,
  retentionRatios,
} from "./recount-retention.ts";
import { type Spending, spentIn } from "./recount-spend.ts";

interface Contribution {
  segment: string;
  member: boolean;
  sums: Record<string, number>;
}

/** What each buyer adds to every sum of a period. */
function contributions(
  buyers: readonly Buyer[],
  segmentation: SegmentationId,
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
        had_ordered: hadOrdered ? 1 : 0,
        to_date: hadOrdered ? netBefore(buyer, period.to) : 0,
        ...retentionOf(buyer, { period, membersOn, lastDay, g90 }, { member, hadOrdered }),
      },
    };
  });
}

const ratios: Partial<
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
  gross_margin_rate: ["gross_margin", "costed", "delta", "guests"],
  cac_blended: ["ad_spend", "new_customers", "poisson", "guests"],
  ...retentionRatios,
};
const moneyAverages: readonly string[] = [
  "aov",
  "sales_per_customer",
  "customer_value_to_date",
  "cac_blended",
  ...retentionAverages,
];
const money: readonly string[] = [
  ...["gross_sales", "discounts", "sales_reversals", "net_sales", "total_sales", "as_placed", "to_date"],
  ...["costed", "gross_margin", "ad_spend", "tips", ...retentionMoney],
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

/** A period's contributions, and what was spent in it by row. */
interface Counted {
  people: readonly Contribution[];
  spent: (row: string) => number | null;
  followed: readonly Followed[];
}

const UNKNOWN: Figure = { value: null, n: 0, events: 0, range: null, residuals: [], variance: 0, third: 0 };

/** Of nobody's spend there is nothing to be unsure of; per new customer, of their number. */
function spentFigure(kpi: "ad_spend" | "cac_blended", spent: number | null, won: number): Figure {
  if (spent === null) return UNKNOWN;
  if (kpi === "ad_spend") return { ...UNKNOWN, value: spent };
  if (won === 0) return UNKNOWN;
  const { low, high } = garwood(won);
  const range = { low: spent / high, high: spent / low, sureness: "sure" as const };
  return { ...UNKNOWN, value: spent / won, n: won, events: won, range };
}

/** Where something was sold of which no cost is known, there is no margin. */
function isUncosted(kpi: KpiId, { people }: Counted, holds: (segment: string) => boolean): boolean {
  const row = people.filter((person) => holds(person.segment));
  const moved = (name: string) => row.some(({ sums }) => (sums[name] ?? 0) !== 0);
  return kpi.startsWith("gross_margin") && !moved("costed") && !moved("gross_margin") && moved("net_sales");
}

/** True where the parts of net sales whose cost is known are more than five points apart. */
function knownApart(a: Counted, b: Counted, holds: (segment: string) => boolean): boolean {
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

function followedIn(
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
  const half = (1.959963984540054 * error) / (left * Math.abs(Math.log(left)));
  const ranged = left > 0 && left < 1 && events >= 10;
  const range = ranged
    ? {
        low: 1 - left ** Math.exp(-half),
        high: 1 - left ** Math.exp(half),
        sureness: kept < 10 || n < 30 ? ("rough" as const) : ("sure" as const),
      }
    : null;
  return { ...UNKNOWN, value: 1 - left, n, events, range, variance: ranged ? error ** 2 : 0 };
}

function figure(kpi: KpiId, { people, spent, followed }: Counted, row: string): Figure {
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
  return ownedFigure(kpi, people, holds);
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
    verdict: "noise" | "more_than_noise" | "too_few" | "unknown";
  } | null;
}

export interface RecountedAnswer {
  rows: Map<string, { members: number; cells: Map<KpiId, Recounted> }>;
}

/** Without members at the start there are no figures per member. */
const perMember: readonly KpiId[] = ["buyer_rate", "customer_value_to_date", ...retentionPerMember];

/** What members had come to, what was spent and how long something took is known by whole days. */
const knowsNoHours: readonly string[] = [
  ...["customer_value_to_date", "new_customer_records", "ad_spend", "cac_blended", ...retentionByDay],
  ...[30, 90, 180, 365].map((days) => `second_order_rate_${days}d`),
];

const secondsOf = (time: string) => {
  const [hours = 0, minutes = 0, seconds = 0] = time.split(":").map(Number);
  return (hours * 60 + minutes) * 60 + seconds;
};

/** A reading of a zone's clock in UTC, found by trying the offsets there are. */
function instantAt(day: string, time: string, zone: string): string {
  const clock = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" });
  for (let minutes = -14 * 60; minutes <= 14 * 60; minutes += 15) {
    const at = new Date(Date.parse(`${day}T${time}Z`) + minutes * 60_000);
    if (clock.format(at) === `${day} ${time}`) return at.toISOString().slice(0, 19).replace("T", " ");
  }
  throw new Error(`no clock in ${zone} shows ${day} ${time}`);
}

const isRate = (kpi: KpiId) => kpis[kpi].unit === "rate";
const isPlain = (kpi: KpiId) => kpis[kpi].unit === "ratio";

/** Money and numbers of things are whole, their bounds outwards; a rate that is a part of a whole stays one. */
function bounded(kpi: KpiId, value: number, { low, high }: { low: number; high: number }) {
  if (!isPlain(kpi) && !isRate(kpi)) return { low: Math.floor(low), high: Math.ceil(high) };
  const isPart = isRate(kpi) && value >= 0 && value <= 1;
  return isPart ? { low: Math.max(0, low), high: Math.min(1, high) } : { low, high };
}

function changeOf(kpi: KpiId, a: Figure, b: Figure, value: number, previous: number, longer: number) {
  const isSum = ratios[kpi] === undefined && kpi !== "sales_share" && !kpi.startsWith("second_order_rate");
  const scale = isSum ? longer : 1;
  const method = isSum || kpi === "sales_share" ? "sum" : ratios[kpi]?.[2];
  const covariance = scale * add(a.residuals.map((residual, index) => residual * (b.residuals[index] ?? 0)));
  const variances = [a.variance, b.variance * scale ** 2] as const;
  const variance = Math.max(0, variances[0] + variances[1] - 2 * covariance);
  const difference = (a.value ?? 0) - (b.value ?? 0) * scale;
  const whole = !isPlain(kpi) && !isRate(kpi);
  const absolute = whole && scale !== 1 ? Math.round(difference) : value - previous * scale;
  // Later returns still change what orders have brought in.
  if (kpi === "ad_spend" || kpi === "net_aov")
    return { absolute, low: null, high: null, verdict: "unknown" as const };
  const [most, fewest] = [Math.max, Math.min];
  let exact: { low: number; high: number };
  const isSurvival = kpi.startsWith("second_order_rate");
  const ownRanges = method === "wilson" || method === "poisson" || isSurvival;
  if (ownRanges && a.range !== null && b.range !== null) {
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
  const which = method === "delta" || method === "poisson" || isSurvival ? fewest : most;
  const enough = (method === "sum" ? most : fewest)(a.n, b.n) >= 30 && which(a.events, b.events) >= 10;
  const even =
    ownRanges || variance === 0 || Math.abs(a.third - b.third * scale ** 3) <= 0.2 * variance ** 1.5;
  const ranged = isSurvival
    ? a.range !== null && b.range !== null
    : ownRanges || (variance > 0 && which(a.n, b.n) >= 10 && which(a.events, b.events) >= 10);
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

/** A question by a segmentation of all customers. */
export type BySegments = Question & { segmentation: SegmentationId };

export function recount(
  buyers: readonly Buyer[],
  question: BySegments,
  spending: Spending | null = null,
  clock: (Clock & { zone: string }) | null = null,
): RecountedAnswer {
  const { period, comparison, today, membersAt, segmentation } = question;
  const membersOn = membershipDay(period, membersAt, today);
  const counted = (of: Cut, on: string): Counted => ({
    people: contributions(buyers, segmentation, of, on, lastDay),
    spent: (row) => spentIn(spending, row, segmentation, of),
    followed: followedIn(buyers, of, segmentsAt(buyers, segmentation, on, of.to, of.upTo), lastDay),
  });
  // The last day that is over.
  const lastDay = addDays(clock?.day ?? today, -1);
  const now = counted(period, membersOn);
  const firstDay = buyers
    .flatMap((buyer) => buyer.orders.filter((order) => order.counts).map((order) => order.local_day))
    .sort()[0];
  /** Days that are compared, as they were counted; null where there are none. */
  const compare = (comparing: Comparing | null) => {
    if (comparing === null) return null;
    const { part, with: before } = comparing;
    const cut = ({ from, to, until }: Part): Cut => ({
      from,
      to,
      ...(until === undefined || clock === null
        ? {}
        : { upTo: instantAt(addDays(to, -1), until, clock.zone) }),
    });
    const length = ({ from, to, until }: Part) =>
      daysBetween(from, to) - (until === undefined ? 0 : 1 - secondsOf(until) / 86_400);
    return {
      part: counted(cut(part), membersOn),
      then: counted(cut(before), membershipDay(before, membersAt, today)),
      longer: length(part) / length(before),
      isComparable: firstDay === undefined || before.from >= firstDay,
    };
  };
  const comparing = comparingOf(period, comparison, today, clock);
  const exact = compare(comparing);
  const byDay = comparing?.part.until === undefined ? exact : compare(comparingOf(period, comparison, today));
  const then = exact?.then ?? null;
  const ids = new Set([
    "total",
    "none",
    "first_time",
    "guest",
    ...now.people.map((person) => person.segment),
    ...(then?.people ?? []).map((person) => person.segment),
  ]);
  // A channel may have cost something and won nobody.
  if (segmentation === "channel")
    for (const { day, channel } of spending?.entries ?? [])
      for (const of of [period, comparing?.with])
        if (of !== undefined && inside(day, of)) ids.add(channel ?? "unknown");
  const isGroupedThen = !(then?.people ?? []).some((person) => person.segment === "ungrouped");
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
        const valueOf = (of: Figure, from: Counted) =>
          of.value === null || meaningless || isUncosted(kpi, from, holds) ? null : round(of.value);
        const a = figure(kpi, now, id);
        const value = valueOf(a, now);
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
        const over = knowsNoHours.includes(kpi) ? byDay : exact;
        if (over === null || !over.isComparable || !hadGroups || whole) return [kpi, cell];
        const [c, b] = [figure(kpi, over.part, id), figure(kpi, over.then, id)];
        const compared = valueOf(c, over.part);
        cell.previous = valueOf(b, over.then);
        if (compared !== null && cell.previous !== null)
          cell.change = changeOf(kpi, c, b, compared, cell.previous, over.longer);
        if (cell.change !== null && kpi === "gross_margin" && knownApart(over.part, over.then, holds))
          cell.change = { ...cell.change, low: null, high: null, verdict: "unknown" };
        return [kpi, cell];
      }),
    );
    rows.set(id, {
      members: now.people.filter((person) => holds(person.segment) && person.member).length,
      cells,
    });
  }
  return { rows };
}
