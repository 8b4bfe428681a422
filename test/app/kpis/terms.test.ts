// The sums that a statement asks for, by name: the engines must know each by the name that its reader asks for.
import { expect, it } from "vitest";
import { kpiIds } from "../../../app/kpis/catalogue.ts";
import { termColumns } from "../../../app/kpis/compile/terms.ts";

it("have names of their own that PostgreSQL does not cut off", () => {
  const names = termColumns(kpiIds, ["now", "then"]).map((column) => column.split(" AS ").at(-1) ?? "");
  expect(names).toContain("p_returning_customers3_now");
  expect(names.filter((name) => Buffer.byteLength(name) > 63)).toEqual([]);
  expect(new Set(names).size).toBe(names.length);
});
