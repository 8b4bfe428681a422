// Customers by their first order, which no later one changes.
import {
  channelInSql,
  channelName,
  channelOf,
  countryInSql,
  countryName,
  countryOf,
  monthName,
  quarterName,
  wordsInSql,
  wordsName,
  wordsOf,
} from "../names.ts";
import type { ValuedSegmentation } from "./segmentation.ts";

const part = (of: "year" | "quarter" | "month", day: string) =>
  `CAST(CAST(date_part('${of}', ${day}) AS INTEGER) AS VARCHAR)`;

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

/** Goods are those that made most of the first order's gross sales. */
const LEADING = "Of several products in it, the one that made most of its gross sales counts.";

/** How the shop spells a text: as of the newest customer who has it. */
const spelled = (column: "first_type" | "first_vendor") => (valueIn: (column: string) => string) =>
  `SELECT value, label FROM (
  SELECT value, label, ROW_NUMBER() OVER (PARTITION BY value ORDER BY customer_id DESC) AS nth
  FROM (SELECT ${valueIn(column)} AS value, ${column} AS label, customer_id FROM customer_history WHERE to_day = DATE '9999-12-31') AS present
  WHERE value IN (SELECT value FROM named)) AS spellings WHERE nth = 1`;

export const country = byFirst({
  label: "Country of first order",
  description: "The country of a customer's first order.",
  fact: "first_country",
  valueIn: countryInSql,
  dimension: "country",
  fold: countryOf,
  valueLabel: (value) => countryName(value, "en"),
  otherLabel: "Other countries",
});

export const channel = byFirst({
  label: "Channel of first order",
  description: "The sales channel of a customer's first order.",
  fact: "first_channel",
  valueIn: channelInSql,
  dimension: "channel",
  fold: channelOf,
  valueLabel: channelName,
  otherLabel: "Other channels",
});

export const firstOrderYear = byFirst({
  label: "Year of first order",
  description: "The year of a customer's first order.",
  fact: "first_day",
  valueIn: (day) => part("year", day),
  limit: 15,
  order: "newest",
  valueLabel: (value) => value,
  otherLabel: "Earlier",
});

export const firstOrderQuarter = byFirst({
  label: "Quarter of first order",
  description: "The quarter of the year in which a customer's first order was placed.",
  fact: "first_day",
  valueIn: (day) => `LPAD(${part("year", day)}, 4, '0') || '-q' || ${part("quarter", day)}`,
  limit: 16,
  order: "newest",
  valueLabel: quarterName,
  otherLabel: "Earlier",
});

export const firstOrderMonth = byFirst({
  label: "Month of first order",
  description: "The month in which a customer's first order was placed.",
  fact: "first_day",
  valueIn: (day) => `LPAD(${part("year", day)}, 4, '0') || '-' || LPAD(${part("month", day)}, 2, '0')`,
  limit: 24,
  order: "newest",
  valueLabel: (value) => monthName(value, "en"),
  otherLabel: "Earlier",
});

export const firstProduct = byFirst({
  label: "Product of first order",
  description: `The product of a customer's first order as it was placed. ${LEADING}`,
  fact: "first_product",
  valueIn: (id) => `CAST(${id} AS VARCHAR)`,
  valueLabel: (id) => `Product ${id}`,
  // As it was called when it was last sold.
  written: (valueIn) => `SELECT value, label FROM (
  SELECT ${valueIn("product_id")} AS value, title AS label, ROW_NUMBER() OVER (PARTITION BY product_id ORDER BY line_item_id DESC) AS nth
  FROM order_lines WHERE title IS NOT NULL AND product_id IN (SELECT CAST(value AS BIGINT) FROM named)) AS titles WHERE nth = 1`,
  otherLabel: "Other products",
});

export const firstType = byFirst({
  label: "Product type of first order",
  description: `The type of the product of a customer's first order, as the product has it today. ${LEADING}`,
  fact: "first_type",
  valueIn: wordsInSql,
  fold: wordsOf,
  valueLabel: wordsName,
  written: spelled("first_type"),
  otherLabel: "Other types",
});

export const firstVendor = byFirst({
  label: "Vendor of first order",
  description: `The vendor of the product of a customer's first order. ${LEADING}`,
  fact: "first_vendor",
  valueIn: wordsInSql,
  fold: wordsOf,
  valueLabel: wordsName,
  written: spelled("first_vendor"),
  otherLabel: "Other vendors",
});
