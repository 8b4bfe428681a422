// The months against Shopify's figures: what is said of them, which are shown at first, and where each square stands.
import { describe, expect, it } from "vitest";
import { monthsView } from "../../../app/reports/months.server.ts";
import type { ChecksState } from "../../../app/reconcile/reconcile.server.ts";

type MonthState = ChecksState["months"][number];

const now = new Date("2026-11-21T13:02:00Z");
const place = { locale: "en", currency: "EUR", decimals: 2, timeZone: "Europe/Berlin" };
const shown = (months: MonthState[], sort = "", asked: Partial<ChecksState["asked"]> = {}, decimals = 2) =>
  monthsView(
    {
      running: null,
      lastNight: null,
      lastMended: null,
      nights: { made: 0, clean: 0 },
      months,
      asked: { at: "2026-11-20T02:00:00.000Z", source: "sales_report", reason: null, ...asked },
    },
    new URLSearchParams(sort),
    { place: { ...place, decimals }, now },
  );

const figures = { orders: 3, gross: 100, discounts: 0, reversals: 0, net: 100, taxes: 0, total: 100 };
const month = (name: string, verdict: MonthState["verdict"] = "agrees"): MonthState => ({
  month: name,
  verdict,
  shopify: { ...figures, net: verdict === "agrees" ? 100 : 101 },
  ours: figures,
  parts: [],
});
/** From November 2024 to November 2026. */
const two = (verdictOf: (name: string) => MonthState["verdict"] = () => "agrees") =>
  Array.from({ length: 25 }, (_, at) => {
    const name = `${2024 + Math.floor((10 + at) / 12)}-${`${((10 + at) % 12) + 1}`.padStart(2, "0")}`;
    return month(name, verdictOf(name));
  });

describe("the months against Shopify's figures", () => {
  it("are the last twelve, and the earlier ones when asked for", () => {
    const { rows, folded } = shown(two());
    expect([rows.length, rows[0]?.label, rows.at(-1)?.label]).toEqual([12, "Nov 2026", "Dec 2025"]);
    expect([folded?.text, folded?.rows.length]).toEqual(["13 earlier months", 13]);
    expect(shown(two().slice(-13)).folded?.text).toBe("1 earlier month");
    expect(shown(two().slice(-12)).folded).toBeNull();
    expect(shown(two(), "sort=month").folded?.text).toBe("13 more months");
  });

  it("have each a square under its month and beside its year, with a legend of what there is", () => {
    const { picture } = shown(two((name) => (name === "2025-02" ? "explained" : "agrees")));
    expect(picture?.heads.map(({ short }) => short).join("")).toBe("JFMAMJJASOND");
    expect(picture?.years.map(({ year }) => year)).toEqual(["2024", "2025", "2026"]);
    expect(picture?.years.map(({ months }) => months.filter(Boolean).length)).toEqual([2, 12, 11]);
    expect(picture?.years[1]?.months[1]).toMatchObject({ label: "Feb 2025", result: "Explained" });
    expect(picture?.legend.map(({ text }) => text)).toEqual(["Matches", "Differs for a known reason"]);
    expect(shown([]).picture).toBeNull();
  });

  it("are told apart by what is known of them, in numbers that agree", () => {
    expect(shown(two()).summary).toBe("All 25 months match Shopify to the cent.");
    expect(shown(two(), "", {}, 0).summary).toBe("All 25 months match Shopify exactly.");
    expect(shown([month("2026-11")]).summary).toBe("1 of 1 month matches Shopify to the cent.");
    expect(shown([month("2026-11", "not_comparable")]).summary).toBe(
      "1 month can't be compared, because the app doesn't have all of its orders.",
    );
    const { summary, differing, explained } = shown(
      two((name) =>
        name < "2025-01"
          ? "not_comparable"
          : name === "2025-02"
            ? "differs"
            : name > "2026-09"
              ? "explained"
              : "agrees",
      ),
    );
    expect(summary).toBe(
      "20 of 23 months match Shopify to the cent; 2 are explained; 1 differs without an explanation; 2 months can't be compared, because the app doesn't have all of their orders.",
    );
    expect(differing.map(({ label }) => label)).toEqual(["Feb 2025"]);
    expect([explained?.text, explained?.months.map(({ label }) => label)]).toEqual([
      "2 months differ for a known reason",
      ["Nov 2026", "Oct 2026"],
    ]);
  });

  it("say when they were compared, and ask for the report only where it may be had", () => {
    expect(shown(two()).asked).toMatch(/^Last compared: yesterday at 3:00\sAM\.$/);
    expect(shown(two()).permission).toBeNull();
    const counted = { source: "order_counts" } as const;
    expect(shown(two(), "", { ...counted, reason: "not_granted" }).permission).toContain("read_reports");
    expect(shown(two(), "", { ...counted, reason: "not_approved" }).permission).toBeNull();
  });
});
