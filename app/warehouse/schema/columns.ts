// Columns as the text of SQL.
import type { Columns } from "./source.ts";

export const body = (columns: Columns) =>
  Object.entries(columns)
    .map(([name, type]) => `${name} ${type}`)
    .join(", ");

export const createTable = (name: string, columns: Columns) =>
  `CREATE TABLE IF NOT EXISTS ${name} (${body(columns)})`;

/** Of a table that is there or of a stage, for statements that name what they write: tables list columns in any order. */
export const columnList = (columns: Columns) => Object.keys(columns).join(", ");
