// Customers by their first order, which no later one changes.
import {
  channelInSql,
  channelOf,
  countryInSql,
  countryOf,
  wordsInSql,
  wordsOf,
} from "../../warehouse/names.ts";
import type { Period } from "../period.ts";
import type { ValuedSegmentation } from "./segmentation.ts";

const part = (of: "year" | "quarter" | "month", day: string) =>
  `CAST(CAST(date_part('${of}', ${day}) AS INTEGER) AS VARCHAR)`;

/** "2026", "2026-q2", "2026-04" */
function daysOf(value: string): Period | null {
  const [, year, unit, nth] = /^(\d{4})(?:-(q?)(\d{1,2}))?$/.exec(value) ?? [];
  if (year === undefined) return null;
  const months = nth === undefined ? 12 : unit === "q" ? 3 : 1;
  const before = Number(year) * 12 + (nth === undefined ? 0 : (Number(nth) - 1) * months);
  const day = (at: number) =>
    `${String(Math.floor(at / 12)).padStart(4, "0")}-${String((at % 12) + 1).padStart(2, "0")}-01`;
  return { from: day(before), to: day(before + months) };
}

const byFirst = (
  declared: Omit<ValuedSegmentation, "kind" | "family" | "limit" | "order"> &
    Partial<Pick<ValuedSegmentation, "limit" | "order">>,
): ValuedSegmentation => ({
  kind: "valued",
  family: "first_order",
  limit: 12,
  order: "members",
  ...declared,
});

/** How the shop spells a text: as of the newest customer who has it. */
const spelled = (column: "first_type" | "first_vendor") => (valueIn: (column: string) => string) =>
  `SELECT value, label FROM (
  SELECT value, label, ROW_NUMBER() OVER (PARTITION BY value ORDER BY customer_id DESC) AS nth
  FROM (SELECT ${valueIn(column)} AS value, ${column} AS label, customer_id FROM customer_history WHERE to_day = DATE '9999-12-31') AS present
  WHERE value IN (SELECT value FROM named)) AS spellings WHERE nth = 1`;

export const country = byFirst({
  fact: "first_country",
  valueIn: countryInSql,
  dimension: "country",
  fold: countryOf,
  called: "country",
});

export const channel = byFirst({
  fact: "first_channel",
  valueIn: channelInSql,
  dimension: "channel",
  fold: channelOf,
  called: "channel",
});

export const firstOrderYear = byFirst({
  fact: "first_day",
  valueIn: (day) => part("year", day),
  days: daysOf,
  limit: 15,
  order: "newest",
  called: "itself",
});

export const firstOrderQuarter = byFirst({
  fact: "first_day",
  valueIn: (day) => `LPAD(${part("year", day)}, 4, '0') || '-q' || ${part("quarter", day)}`,
  days: daysOf,
  limit: 16,
  order: "newest",
  called: "quarter",
});

export const firstOrderMonth = byFirst({
  fact: "first_day",
  valueIn: (day) => `LPAD(${part("year", day)}, 4, '0') || '-' || LPAD(${part("month", day)}, 2, '0')`,
  days: daysOf,
  limit: 24,
  order: "newest",
  called: "month",
});

export const firstProduct = byFirst({
  fact: "first_product",
  valueIn: (id) => `CAST(${id} AS VARCHAR)`,
  called: "product",
  // As it was called when it was last sold.
  written: (valueIn) => `SELECT value, label FROM (
  SELECT ${valueIn("product_id")} AS value, title AS label, ROW_NUMBER() OVER (PARTITION BY product_id ORDER BY line_item_id DESC) AS nth
  FROM order_lines WHERE title IS NOT NULL AND product_id IN (SELECT CAST(value AS BIGINT) FROM named)) AS titles WHERE nth = 1`,
});

export const firstType = byFirst({
  fact: "first_type",
  valueIn: wordsInSql,
  fold: wordsOf,
  called: "words",
  written: spelled("first_type"),
});

export const firstVendor = byFirst({
  fact: "first_vendor",
  valueIn: wordsInSql,
  fold: wordsOf,
  called: "words",
  written: spelled("first_vendor"),
});
