// Who agreed to be sent e-mail, as the table holds it, found one customer and one day after the other.
import { addDays, type Period } from "../../../app/kpis/period.ts";
import type { Row, Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { changeBehind, recordBehind } from "../sync/behind.ts";
import { randomFrom } from "./shop.ts";

interface Interval {
  customer: number;
  from: string;
  to: string;
  state: string;
}

export interface Consents {
  /** E-mail's alone. */
  rows: ReadonlyMap<number, readonly Interval[]>;
  /** Of which days they are known. */
  days: readonly Period[];
}

const STATES = ["SUBSCRIBED", "UNSUBSCRIBED", "SUBSCRIBED", "PENDING"] as const;
const OPEN = "9999-12-31";

/** Records consents of so many customers from the first of the days on; some change every few weeks, some are gone for a while. */
export async function recordConsents(
  warehouse: Warehouse,
  shop: string,
  { seed, customers, days }: { seed: number; customers: number; days: readonly Period[] },
): Promise<void> {
  const random = randomFrom(seed);
  const [first, last] = [days[0]?.from, days.at(-1)?.to];
  if (first === undefined || last === undefined) throw new Error("no days are recorded");
  const rows: string[] = [];
  for (let customer = 1; customer <= customers; customer++) {
    if (random() < 0.15) continue;
    for (const channel of ["email", "sms"]) {
      let from = random() < 0.7 ? first : addDays(first, Math.floor(random() * 60));
      while (from < last) {
        const stays = random() < 0.4;
        const to = stays ? OPEN : addDays(from, 1 + Math.floor(random() * 45));
        const state = STATES[Math.floor(random() * STATES.length)];
        // Now and then there is no address for a while, and a reading that found none left a row of no day.
        if (random() < 0.9)
          rows.push(
            `(${customer}, '${channel}', DATE '${from}', DATE '${to}', '${state}', TIMESTAMP '2026-06-01 00:00:00')`,
          );
        else
          rows.push(
            `(${customer}, '${channel}', DATE '${from}', DATE '${from}', 'SUBSCRIBED', TIMESTAMP '2026-06-01 00:00:00')`,
          );
        from = to;
      }
    }
  }
  const values = days.map(({ from, to }) => `('consents', DATE '${from}', DATE '${to}')`);
  const columns = "customer_id, channel, from_day, to_day, state, read_at";
  await recordBehind(warehouse, shop, "consents", columns, rows);
  await changeBehind(warehouse, shop, [
    `INSERT INTO recorded_days (source, from_day, to_day) VALUES ${values.join(", ")}`,
    "UPDATE shop_meta SET data_version = data_version + 1",
    "UPDATE source_versions SET data_version = (SELECT data_version FROM shop_meta) WHERE source IN ('consents', 'recorded')",
  ]);
}

export async function consentsOf(warehouse: Warehouse, shop: string): Promise<Consents | null> {
  const read = <T>(sql: string) => warehouse.of(shop).query<Row & T>(sql);
  const rows = await read<Interval>(
    `SELECT customer_id AS customer, from_day AS "from", to_day AS "to", state FROM consents WHERE channel = 'email'`,
  );
  const days = await read<Period>(
    `SELECT from_day AS "from", to_day AS "to" FROM recorded_days WHERE source = 'consents' ORDER BY from_day`,
  );
  return days.length === 0 ? null : { rows: Map.groupBy(rows, ({ customer }) => customer), days };
}

/** Whether a customer was subscribed when a day ended. */
const heldOn = (consents: Consents, customer: number, day: string): boolean =>
  (consents.rows.get(customer) ?? []).some(
    ({ from, to, state }) => state === "SUBSCRIBED" && from <= day && day < to,
  );

const areRecorded = (consents: Consents | null, from: string, to: string): boolean =>
  consents !== null && consents.days.some((days) => days.from <= from && to <= days.to);

/** What is known of a period: what was given in it asks for the day before as well, what held for its last day alone. */
export const consentKnownIn = (consents: Consents | null, { from, to }: Period) => ({
  new_subscribers: areRecorded(consents, addDays(from, -1), to),
  subscribed_share: areRecorded(consents, addDays(to, -1), to),
});

/** Whether a customer gave consent on any day of the period, and whether he was subscribed when it ended. */
export function consentIn(consents: Consents | null, customer: number | null, { from, to }: Period) {
  if (consents === null || customer === null) return { gave: false, holds: false };
  let gave = false;
  for (let day = from; day < to; day = addDays(day, 1))
    gave ||= heldOn(consents, customer, day) && !heldOn(consents, customer, addDays(day, -1));
  return { gave, holds: heldOn(consents, customer, addDays(to, -1)) };
}
