// Which figures are told: each asks the sources that it is worked out from, and no other.
import { describe, expect, it } from "vitest";
import type { RowKind } from "../../../app/kpis/answer.ts";
import type { KpiId } from "../../../app/kpis/catalogue.ts";
import { type Asked, blockedBy, type Loaded, uncovered } from "../../../app/kpis/loaded.server.ts";
import type { Coverage } from "../../../app/warehouse/warehouse.server.ts";
import { meta } from "../reports/synced.ts";

const period = { from: "2026-03-01", to: "2026-04-01" };
const of = (state: Coverage["state"], from_day: string | null = null): Coverage => ({
  state,
  from_day,
  fresh_at: null,
});
const loaded = (
  coverage: Readonly<Record<string, Coverage>>,
  recorded: Readonly<
    Record<string, Loaded["recorded"] extends ReadonlyMap<string, infer D> ? D : never>
  > = {},
): Loaded => ({ meta: { ...meta, coverage }, recorded: new Map(Object.entries(recorded)) });
const whole = { orders: of("complete"), customers: of("complete") };

describe("a figure", () => {
  const blocked = (of: Loaded, id: KpiId, row: RowKind = "total") =>
    blockedBy(of, id, { period, membersOn: period.from }, row);

  it("asks nothing of a source that it is not worked out from", () => {
    expect(blocked(loaded({ orders: of("loading", "2026-02-01") }), "orders")).toBeNull();
    expect(blocked(loaded(whole), "net_sales")).toBeNull();
    expect(blocked(loaded({ ...whole, products: of("loading") }), "net_sales")).toBeNull();
    // Nobody's spend is in no order.
    expect(blocked(loaded({}, { spend: [period] }), "ad_spend")).toBeNull();
  });

  it("is blank while one of its sources is not there, with the reason of that one", () => {
    expect(blocked(loaded({ orders: of("complete") }), "new_customers")).toBe("history_incomplete");
    expect(blocked(loaded({ ...whole, customers: of("loading") }), "new_customers")).toBe(
      "history_incomplete",
    );
    expect(blocked(loaded({ ...whole, customers: of("retention") }), "new_customers")).toBe(
      "history_not_kept",
    );
    expect(blocked(loaded(whole, {}), "cac_blended")).toBe("not_recorded");
    expect(blocked(loaded({ orders: of("loading") }, { spend: [period] }), "cac_blended")).toBe(
      "history_incomplete",
    );
    expect(blocked(loaded(whole, { spend: [period] }), "cac_blended")).toBeNull();
  });

  it("of a segment needs whoever is in it, and of guests' orders nobody", () => {
    const shown = loaded({ orders: of("sixty_days", "2026-02-01"), customers: of("complete") });
    expect(blocked(shown, "orders", "guest")).toBeNull();
    expect(blocked(shown, "orders", "segment")).toBe("history_incomplete");
    expect(blocked(loaded({ orders: of("complete") }), "orders", "segment")).toBe("history_incomplete");
  });
});

describe("a source", () => {
  const asked: Asked = { period, from: period.from, end: period.to, ever: false, whose: false };

  it.each<[string, Coverage | null, Partial<Asked>, ReturnType<typeof uncovered>]>([
    ["that was never read", null, {}, "history_incomplete"],
    ["that is read to its end", of("complete"), { ever: true, whose: true }, null],
    ["of which the days are here", of("loading", "2026-03-01"), {}, null],
    ["of which the first day is missing", of("loading", "2026-03-02"), {}, "history_incomplete"],
    [
      "of which all that ever happened is asked",
      of("loading", "2026-03-01"),
      { ever: true },
      "history_incomplete",
    ],
    ["whose older rows are not kept", of("retention", "2026-03-02"), {}, "history_not_kept"],
    ["whose new rows name nobody", of("customers_hidden"), {}, null],
    ["of which it is asked whose", of("customers_hidden"), { whose: true }, "customers_hidden"],
  ])("%s, whichever it is", (_, coverage, change, reason) => {
    for (const source of ["orders", "customers", "products", "checkouts"] as const) {
      const others = { ...whole, products: of("complete"), checkouts: of("complete") };
      const all = loaded({ ...others, [source]: coverage ?? of("empty") });
      expect([source, uncovered(all, source, { ...asked, ...change })]).toEqual([source, reason]);
    }
  });

  it("that Shopify does not keep is known on the days that were recorded", () => {
    const at = (from: string, to: string) =>
      uncovered(loaded(whole, { stock_levels: [{ from, to }] }), "stock_levels", asked);
    expect(uncovered(loaded(whole), "stock_levels", asked)).toBe("not_recorded");
    expect(at("2026-03-02", "2026-04-01")).toBe("not_recorded_then");
    expect(at("2026-03-01", "2026-04-01")).toBeNull();
  });
});
