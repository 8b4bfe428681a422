// The figures of our own ledger by month, and what they would be if Shopify counted otherwise: SQL over the warehouse's
// tables, in the ledger's own terms.
import type { Clock } from "../warehouse/clock.ts";
import { row, sum } from "../warehouse/merge/ledger.ts";
import { timestampOf } from "../warehouse/values.ts";
import type { Param, Row, ShopCopy } from "../warehouse/warehouse.server.ts";
import { type Amounts, type Cause, type CauseId, nothing } from "./explain.ts";

/** The ledger is read whole, once a night. */
const TIMEOUT_MS = 180_000;
export const ORDERS_NAMED = 10;
/** Shopify's reports follow a sale within a minute or so. */
const REPORTED_AFTER = "INTERVAL '5 minutes'";

const month = (day: string) => `CAST(date_trunc('month', ${day}) AS DATE)`;
const asked = "CAST($1 AS TIMESTAMP)";
const known = "'PRODUCT', 'SHIPPING', 'TIP', 'GIFT_CARD', 'DUTY', 'FEE', 'ADJUSTMENT', 'ADDITIONAL_FEE'";

type Money = Omit<Amounts, "orders">;
/** Of a row of the ledger, as the KPIs of the same names count it. */
const counted: Record<keyof Money, string> = {
  gross: row.gross,
  discounts: row.discounts,
  reversals: row.reversals,
  net: row.net,
  taxes: "tax",
  total: `(${row.net}) + (${row.shipping}) + (${row.duties}) + (${row.fees}) + tax`,
};
const zero: Record<keyof Money, string> = {
  gross: "0",
  discounts: "0",
  reversals: "0",
  net: "0",
  taxes: "0",
  total: "0",
};
const sold = "CASE WHEN action = 'RETURN' THEN 0 ELSE total - tax + discount END";
const returned = "CASE WHEN action = 'RETURN' THEN -(total - tax) ELSE 0 END";

/** Rows or orders, and to which month they would be added (1) or from which taken (-1). */
interface Moves {
  where: string;
  months: readonly (readonly [day: string, sign: 1 | -1])[];
}
interface Declared {
  /** Over sales s and their orders o. */
  rows?: Moves & { money: Record<keyof Money, string> };
  /** Over orders o. */
  orders?: Moves;
}

const ours = "NOT o.test";
/** What a report counts as an order; a count of orders counts them all. */
const anOrder = "NOT o.gift_cards_only";
const apart = (one: string, other: string) => `${month(one)} <> ${month(other)}`;

const declared: Record<CauseId, Declared> = {
  late: {
    rows: {
      where: `${ours} AND s.happened_at > ${asked} - ${REPORTED_AFTER}`,
      months: [["s.local_day", -1]],
      money: counted,
    },
    orders: {
      where: `${ours} AND ${anOrder} AND o.created_at > ${asked} - ${REPORTED_AFTER}`,
      months: [["o.local_day", -1]],
    },
  },
  test_orders: {
    rows: { where: "o.test", months: [["s.local_day", 1]], money: counted },
    orders: { where: `o.test AND ${anOrder}`, months: [["o.local_day", 1]] },
  },
  gift_card_orders: {
    orders: { where: `${ours} AND o.gift_cards_only`, months: [["o.local_day", 1]] },
  },
  gift_cards: {
    rows: {
      where: `${ours} AND line_type = 'GIFT_CARD'`,
      months: [["s.local_day", 1]],
      money: {
        gross: sold,
        discounts: "CASE WHEN action = 'RETURN' THEN 0 ELSE discount END",
        reversals: returned,
        net: "total - tax",
        taxes: "0",
        total: "total - tax",
      },
    },
  },
  tips: {
    rows: {
      where: `${ours} AND line_type = 'TIP'`,
      months: [["s.local_day", 1]],
      money: { ...zero, total: "total - tax" },
    },
  },
  edits: {
    rows: {
      where: `${ours} AND reason = 'ORDER_EDIT' AND ${apart("s.local_day", "o.local_day")}`,
      months: [
        ["o.local_day", 1],
        ["s.local_day", -1],
      ],
      money: counted,
    },
  },
  time_zone: {
    rows: {
      where: `${ours} AND ${apart("s.booked_at", "s.local_day")}`,
      months: [
        ["s.booked_at", 1],
        ["s.local_day", -1],
      ],
      money: counted,
    },
    orders: {
      where: `${ours} AND ${anOrder} AND ${apart("o.placed_at", "o.local_day")}`,
      months: [
        ["o.placed_at", 1],
        ["o.local_day", -1],
      ],
    },
  },
  imports: {
    rows: {
      where: `${ours} AND reason = 'ORDER' AND ${apart("o.created_day", "o.local_day")}`,
      months: [
        ["o.created_day", 1],
        ["s.local_day", -1],
      ],
      money: counted,
    },
    orders: {
      where: `${ours} AND ${anOrder} AND ${apart("o.created_day", "o.local_day")}`,
      months: [
        ["o.created_day", 1],
        ["o.local_day", -1],
      ],
    },
  },
  unknown_lines: {
    rows: {
      where: `${ours} AND line_type NOT IN (${known})`,
      months: [["s.local_day", -1]],
      money: { ...zero, taxes: "tax", total: counted.total },
    },
  },
  derived: {
    rows: { where: `${ours} AND o.derived`, months: [["s.local_day", 1]], money: counted },
    orders: { where: `${ours} AND ${anOrder} AND o.derived`, months: [["o.local_day", 1]] },
  },
  // Order totals hold gift cards and tips as well, and a gap has no date but its order's.
  gaps: {},
  // Not in the ledger at all; see months.ts.
  set_aside: {},
};

export interface Asking {
  copy: ShopCopy;
  shop: string;
  /** UTC ISO instant: what happened later is left out. */
  askedAt: string;
  /** For the orders' creation. */
  clock: Clock;
}

interface ByMonth {
  months: Map<string, Amounts>;
  orders: Map<string, { id: number; name: string }[]>;
}

/** Our own figures by month, YYYY-MM. */
export async function oursByMonth(asking: Asking): Promise<Map<string, Amounts>> {
  const { months } = await sums(asking, {
    rows: { where: ours, months: [["s.local_day", 1]], money: counted },
    orders: { where: `${ours} AND ${anOrder}`, months: [["o.local_day", 1]] },
  });
  return months;
}

/** Orders by the month of their creation, test orders and those of gift cards only among them: what Shopify's count counts. */
export async function createdByMonth(asking: Asking): Promise<Map<string, Amounts>> {
  const { months } = await sums(asking, {
    orders: { where: "TRUE", months: [["o.created_day", 1]] },
  });
  return months;
}

/** By month, every cause that moves something there. */
export async function causesByMonth(asking: Asking): Promise<Map<string, Cause[]>> {
  const found = new Map<string, Cause[]>();
  for (const [id, declaration] of Object.entries(declared) as [CauseId, Declared][]) {
    const { months, orders } =
      id === "gaps" ? await gapsByMonth(asking) : await sums(asking, declaration, ORDERS_NAMED);
    for (const [at, amounts] of months)
      if (Object.values(amounts).some((amount) => amount !== 0))
        found.set(at, [...(found.get(at) ?? []), { id, amounts, orders: orders.get(at) ?? [] }]);
  }
  return found;
}

/** What only counting can be held against: orders that came while Shopify was asked. */
export async function lateOrders(asking: Asking): Promise<Map<string, Cause[]>> {
  const { months } = await sums(asking, {
    orders: { where: `o.created_at > ${asked} - ${REPORTED_AFTER}`, months: [["o.created_day", -1]] },
  });
  return new Map([...months].map(([at, amounts]) => [at, [{ id: "late", amounts, orders: [] }]]));
}

async function sums(asking: Asking, { rows, orders }: Declared, named = 0): Promise<ByMonth> {
  const params: Param[] = [timestampOf(asking.askedAt)];
  const known = `(SELECT *, ${asking.clock.localDay("created_at")} AS created_day FROM orders)`;
  const query = <R extends Row>(sql: string) => asking.copy.query<R>(sql, params, { timeoutMs: TIMEOUT_MS });
  const months = new Map<string, Amounts>();
  const of = (at: string) => months.get(at) ?? months.set(at, nothing()).get(at) ?? nothing();
  const from = {
    rows: `FROM sales s JOIN ${known} o ON o.order_id = s.order_id WHERE s.happened_at <= ${asked}`,
    orders: `FROM ${known} o WHERE o.created_at <= ${asked}`,
  };
  if (rows) {
    const names = Object.keys(counted) as (keyof Money)[];
    const parts = rows.months.map(
      ([day, sign]) =>
        `SELECT ${month(day)} AS month, ${names.map((name) => `${sign} * (${rows.money[name]}) AS ${name}`).join(", ")}
         ${from.rows} AND ${rows.where}`,
    );
    for (const found of await query<Money & { month: string }>(
      `SELECT month, ${names.map((name) => `${sum(name)} AS ${name}`).join(", ")}
       FROM (${parts.join(" UNION ALL ")}) moves GROUP BY month`,
    ))
      for (const name of names) of(found.month.slice(0, 7))[name] += found[name];
  }
  if (orders)
    for (const [day, sign] of orders.months)
      for (const found of await query<{ month: string; n: number }>(
        `SELECT ${month(day)} AS month, count(*) AS n ${from.orders} AND ${orders.where} GROUP BY 1`,
      ))
        of(found.month.slice(0, 7)).orders += sign * found.n;
  return { months, orders: named === 0 ? new Map<string, { id: number; name: string }[]>() : await behind() };

  async function behind(): Promise<ByMonth["orders"]> {
    const listed = new Map<string, { id: number; name: string }[]>();
    const moves = rows ?? orders;
    for (const [day] of moves?.months ?? [])
      for (const order of await query<{ month: string; order_id: number; name: string }>(
        `SELECT month, order_id, name FROM (
           SELECT month, order_id, name, row_number() OVER (PARTITION BY month ORDER BY order_id DESC) AS nth
           FROM (SELECT DISTINCT ${month(day)} AS month, o.order_id, o.name
                 ${rows ? from.rows : from.orders} AND ${moves?.where}) those) ranked
         WHERE nth <= ${named} ORDER BY month, order_id DESC`,
      )) {
        const at = order.month.slice(0, 7);
        listed.set(at, [...(listed.get(at) ?? []), { id: order.order_id, name: order.name }].slice(0, named));
      }
    return listed;
  }
}

/** Orders whose movements do not add up to Shopify's total: what is missing is in Shopify's figures and not in ours. */
async function gapsByMonth({ copy }: Asking): Promise<ByMonth> {
  const found: ByMonth = { months: new Map(), orders: new Map() };
  const rows = await copy.query<{ month: string; order_id: number; name: string; total_gap: number }>(
    `SELECT ${month("local_day")} AS month, order_id, name, total_gap FROM orders
     WHERE NOT test AND total_gap <> 0 ORDER BY abs(total_gap) DESC, order_id LIMIT 100000`,
  );
  for (const { month: day, order_id: id, name, total_gap } of rows) {
    const at = day.slice(0, 7);
    const amounts = found.months.get(at) ?? nothing();
    found.months.set(at, { ...amounts, total: amounts.total - total_gap });
    const orders = found.orders.get(at) ?? [];
    if (orders.length < ORDERS_NAMED) found.orders.set(at, [...orders, { id, name }]);
  }
  return found;
}
