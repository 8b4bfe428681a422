// What Data and trust says of the sources that Shopify keeps no past of.
import { expect, it } from "vitest";
import { recordingsView } from "../../../app/reports/recordings.server.ts";
import { reportedShop } from "../../../app/reports/shop.server.ts";
import type { ObservedSource } from "../../../app/warehouse/schema/observed.ts";
import type { Observation } from "../../../app/warehouse/warehouse.server.ts";
import { viewOf } from "../../tools/setup/view.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { USUAL_CALENDAR } from "../../tools/setup/calendar.ts";
import { euroShop, SHOP } from "../warehouse/euro-shop.ts";
import { consentReading, costReading, memberReading, stockReading } from "../warehouse/readings.ts";
import { reaching } from "../warehouse/reaching.ts";

describeWarehouses("of recordings", (open) => {
  const shop = euroShop(() => open());
  const observe = async (...readings: Observation[]) => {
    await shop.warehouse.of(SHOP).setMeta({ ...reaching("complete") });
    for (const reading of readings) await shop.warehouse.of(SHOP).observe(reading);
  };
  const said = async (source: ObservedSource, now: string, missing: string | null = null) => {
    const reported = reportedShop(await viewOf(shop.warehouse, SHOP), {
      locale: "en",
      now: new Date(now),
      calendar: USUAL_CALENDAR,
    });
    if (reported === null) throw new Error("nothing has arrived");
    const [view] = await recordingsView(reported, [{ source, missing }]);
    // Around a dash Node writes narrow spaces.
    return view && { ...view, missing: view.missing.map((text) => text.replaceAll(/\s/g, " ")).sort() };
  };
  const night = (day: number) => `2026-03-${String(day).padStart(2, "0")}T02:00:00Z`;
  const nights = (...days: number[]) =>
    days.map((day) => stockReading(night(day), [{ item: 1, location: 2, available: 3 }]));

  it("it says since when, and that no day is missing, also before the night's reading", async () => {
    await observe(...nights(2, 3, 4));
    for (const now of ["2026-03-04T12:00:00Z", "2026-03-05T00:30:00Z"])
      expect(await said("stock_levels", now)).toMatchObject({
        known: "Since Mar 2, 2026, every day",
        missing: [],
        permission: null,
      });
  });

  it("it names the days that are missing, those that no night has told of yet included", async () => {
    await observe(...nights(2, 3, 6, 7));
    const view = await said("stock_levels", "2026-03-10T12:00:00Z");
    expect(view?.known).toBe("Since Mar 2, 2026, 6 days missing");
    expect(view?.missing).toEqual([
      "Not known: Mar 3 – 5, 2026 and Mar 7 – 9, 2026. No reading in the night after told how these days ended, and Shopify doesn't keep it.",
    ]);
  });

  it("it names five gaps, and counts the others", async () => {
    await observe(...nights(1, 3, 5, 7, 9, 11, 13, 15));
    const view = await said("stock_levels", "2026-03-15T12:00:00Z");
    expect(view?.known).toBe("Since Mar 1, 2026, 14 days missing");
    expect(view?.missing[0]).toContain("Mar 13 – 14, 2026, and 2 earlier gaps.");
  });

  it("it says what is not in it, and why", async () => {
    await observe(
      costReading(night(2), [
        { item: 1, cost: "1.00" },
        { item: 2, cost: "1.00", currency: "USD" },
        { item: 3, cost: null },
        { item: 4, cost: null },
        { item: 5, cost: "?" },
      ]),
      memberReading(night(2), [{ segment: 1, customer: 2 }], { all: true, but: [3] }),
    );
    expect((await said("unit_costs", "2026-03-02T12:00:00Z"))?.missing).toEqual([
      "1 product variant with a cost in USD: it isn't used, as your shop's currency is EUR.",
      "1 product variant with a cost that can't be read.",
      "2 product variants without a cost in Shopify.",
    ]);
    expect((await said("segment_members", "2026-03-02T12:00:00Z"))?.missing).toEqual([
      "1 segment's members could not be read last night.",
    ]);
  });

  it("it says what would be recorded with a scope that is missing, and what was until it went", async () => {
    await observe(consentReading(night(2), []));
    expect(await said("consents", "2026-03-02T12:00:00Z")).toMatchObject({
      known: "Since Mar 2, 2026, every day",
    });
    expect(await said("stock_levels", "2026-03-02T12:00:00Z")).toMatchObject({ known: "Not recorded yet" });
    expect(await said("stock_levels", "2026-03-02T12:00:00Z", "read_inventory")).toMatchObject({
      known: "Not recorded",
      permission: { scope: "read_inventory", button: "Give access to inventory" },
    });
    await observe(...nights(2));
    expect(await said("stock_levels", "2026-03-02T12:00:00Z", "read_inventory")).toMatchObject({
      known: "Since Mar 2, 2026, not recorded any more",
    });
    // Without a button where the app asked for it at install.
    expect(await said("consents", "2026-03-02T12:00:00Z", "read_customers")).toMatchObject({
      permission: null,
    });
  });
});
