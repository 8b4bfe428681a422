import { describe, expect, it } from "vitest";
import { readFailure } from "../../../app/kept-failure.ts";
import { syncStatusView } from "../../../app/reports/sync-status.server.ts";
import { membershipSentence } from "../../../app/reports/toolbar.ts";
import {
  cellView,
  civilDay,
  clockText,
  comparisonSentence,
  durationText,
  momentText,
  readLocale,
} from "../../../app/reports/wording.server.ts";
import type { Comparison } from "../../../app/kpis/comparing.ts";
import type { Answer, KpiCell } from "../../../app/kpis/answer.ts";
import type { SyncState } from "../../../app/sync/sync.server.ts";
import type { ShopMeta } from "../../../app/warehouse/warehouse.server.ts";
import * as synced from "./synced.ts";

const now = new Date("2026-11-21T13:02:00Z");
const euro = { locale: "en", currency: "EUR", decimals: 2, timeZone: "Europe/Berlin" };
const plain = (text: string | null | undefined) => text?.replace(/\s/g, " ");

const cell: KpiCell = {
  value: 0.284,
  kind: "estimate",
  settled: null,
  parts: { numerator: 365, denominator: 1284 },
  n: 1284,
  events: 365,
  low: 0.27,
  high: 0.3,
  sureness: "sure",
  largest: null,
  coverage: null,
  observedFrom: null,
  open: null,
  reason: null,
  previous: 0.265,
  change: {
    absolute: 0.019,
    relative: 0.07,
    low: -0.011,
    high: 0.049,
    sureness: "sure",
    level: 0.95,
    verdict: "noise",
    reason: null,
    perDay: false,
  },
};
const fact: KpiCell = { ...cell, kind: "fact", parts: null, low: null, high: null, sureness: null };

it.each([
  ["Europe/Berlin", "Berlin"],
  ["America/Argentina/Buenos_Aires", "Buenos Aires"],
  // Shopify's date line west: twelve hours behind, though its name says plus.
  ["Etc/GMT+12", "UTC−12"],
  ["Etc/GMT-14", "UTC+14"],
  ["Etc/GMT+0", "UTC"],
  ["Etc/UTC", "UTC"],
  ["UTC", "UTC"],
])("the clock of %s is called %s", (timeZone, text) => {
  expect(clockText(timeZone)).toBe(text);
});

describe("a figure in words", () => {
  it("has its change in points, its verdict with the range in numbers, and says so aloud", () => {
    const { value, parts, range, change } = cellView(cell, "buyer_rate", euro);

    expect(plain(value)).toBe("28.4%");
    expect(parts).toBe("365 of 1,284");
    expect(range).toBe("95% range: 27.0% to 30.0%");
    expect(change).toMatchObject({
      direction: "up",
      text: "+1.9 points",
      verdict: "Could be chance (−1.1 to +4.9 points)",
      weight: "noise",
      better: false,
    });
    expect(change?.spoken).toBe("Up 1.9 points. Could be chance (−1.1 to +4.9 points)");
  });

  it("calls a change better only when it is unlikely to be chance and in the KPI's own direction", () => {
    const real = { ...cell.change, absolute: -0.05, verdict: "more_than_noise" } as KpiCell["change"];

    expect(cellView({ ...cell, change: real }, "reversal_rate", euro).change?.better).toBe(true);
    expect(cellView({ ...cell, change: real }, "buyer_rate", euro).change?.better).toBe(false);
  });

  it("says what a figure lacks, in full and for a narrow column", () => {
    const none = { ...cell, value: null, low: null, high: null, change: null, reason: "no_value" } as const;
    expect(cellView(none, "aov", euro)).toMatchObject({
      value: "–",
      range: null,
      change: null,
      reason: "No orders",
      shortReason: "No orders",
    });
    const unjudged = {
      ...fact,
      value: 12,
      n: 12,
      previous: 10,
      change: { ...cell.change, absolute: 2, relative: 0.2, verdict: "too_few", reason: "too_few" },
    } as KpiCell;
    expect(cellView(unjudged, "orders", euro)).toMatchObject({
      value: "12",
      reason: null,
      unjudged: "12 customers, 30 needed to judge",
    });
    expect(cellView(unjudged, "orders", euro).change?.weight).toBe("unjudged");
  });

  it("names a customer who makes up much of it", () => {
    const large = cellView({ ...fact, value: 100_000, largest: 0.341 }, "net_sales", euro).large;
    expect(large).toBe("One customer makes up 34.1% of net sales");
    // Others gave back more than they bought.
    expect(cellView({ ...fact, value: 11_000, largest: 1.8 }, "net_sales", euro).large).toBe(
      "One customer makes up more than all of net sales",
    );
    expect(cellView({ ...cell, value: 5000, largest: 0.5 }, "aov", euro).large).toBe(
      "One customer makes up 50.0% of sales as placed",
    );
  });

  it("says of a comparison of unequal periods that it is by the day", () => {
    const perDay = {
      ...fact,
      value: 3000,
      previous: 3100,
      change: { ...cell.change, absolute: 0, relative: 0, perDay: true },
    };
    expect(cellView(perDay as KpiCell, "orders", euro).change?.spoken).toContain("by the day");
  });

  it("writes money in the currency's own decimals, bounds of an estimate in whole units", () => {
    const sum: KpiCell = { ...cell, value: 3_533_901, low: 2_933_416, high: 4_134_386, change: null };

    expect(cellView(sum, "aov", euro)).toMatchObject({
      value: "€35,339.01",
      shortRange: "€29,334 to €41,344",
    });
    expect(cellView(sum, "aov", { ...euro, currency: "JPY", decimals: 0 }).value).toBe("¥3,533,901");
    expect(plain(cellView(sum, "aov", { ...euro, currency: "KWD", decimals: 3 }).value)).toBe(
      "KWD 3,533.901",
    );
    expect(plain(cellView(sum, "aov", { ...euro, locale: "de" }).value)).toBe("35.339,01 €");
  });
});

describe("moments and days", () => {
  it("are told by the shop's clock", () => {
    expect(civilDay(new Date("2026-11-20T23:30:00Z"), "Europe/Berlin")).toBe("2026-11-21");
    expect(plain(momentText(now, now, { locale: "en", timeZone: "Europe/Berlin" }))).toBe("2:02 PM");
    expect(momentText(now, now, { locale: "de", timeZone: "Europe/Berlin" })).toBe("14:02");
    const yesterday = new Date("2026-11-20T22:59:00Z");
    expect(momentText(yesterday, now, { locale: "de", timeZone: "Europe/Berlin" })).toBe(
      "yesterday at 23:59",
    );
    expect(momentText(new Date("2025-03-01T12:00:00Z"), now, { locale: "en-GB", timeZone: "UTC" })).toBe(
      "1 Mar 2025 at 12:00",
    );
  });

  it("last seconds, minutes, hours", () => {
    expect([0.2, 45, 59.9, 61, 3600, 3900].map((seconds) => durationText(seconds, euro))).toEqual([
      "1 second",
      "45 seconds",
      "1 minute",
      "1 minute",
      "1 hour",
      "1 hour 5 minutes",
    ]);
  });

  it("are written in the English of the admin, and in English for any other language or none", () => {
    expect(readLocale("en-GB")).toBe("en-GB");
    expect(readLocale("de-AT")).toBe("en");
    expect(readLocale(null)).toBe("en");
    expect(readLocale("<script>")).toBe("en");
  });

  it("say with which days a period is compared, and how", () => {
    const answer = (
      period: Answer["period"],
      of: Partial<Answer>,
      comparison: Comparison = "previous_period",
    ) =>
      plain(
        comparisonSentence(
          {
            period,
            comparedWith: null,
            comparedPart: null,
            comparedByDay: null,
            firstOrderDay: "2024-02-01",
            asOf: { dataVersion: 1, freshAt: null, history: "complete", loadedFrom: null },
            ...of,
          } as Answer,
          comparison,
          euro,
        ),
      );
    const november = { from: "2026-11-01", to: "2026-12-01" };
    const october = { from: "2026-10-01", to: "2026-11-01" };
    expect(answer(november, {})).toBe("Not compared: no day of the period is over yet.");
    expect(answer(november, { comparedWith: october })).toBe(
      "Compared with Oct 1 – 31, 2026, sums by the day: 30 days against 31.",
    );
    const alignment = { event: { fixed: "black_friday" }, day: "2026-11-27", before: "2025-11-28" } as const;
    const lastYear = { comparedWith: { from: "2025-11-02", to: "2025-12-02" } };
    expect(answer(november, lastYear, { id: "previous_year_event", alignment })).toBe(
      "Compared with Nov 2 – Dec 1, 2025. The days are aligned to Black Friday (Nov 27, 2026 and Nov 28, 2025).",
    );
    expect(answer(november, lastYear, { id: "previous_year_event", alignment: null })).toBe(
      "Compared with Nov 2 – Dec 1, 2025. No event of your calendar is in these days, so weekdays are aligned instead.",
    );
    const part = { from: "2026-11-01", to: "2026-11-10" };
    expect(
      answer(november, { comparedPart: part, comparedWith: { from: "2026-10-01", to: "2026-10-10" } }),
    ).toBe("Nov 1 – 9, 2026 is compared with Oct 1 – 9, 2026: the rest is not over.");
    const until = "15:04:05";
    expect(
      answer(november, {
        comparedPart: { from: "2026-11-01", to: "2026-11-11", until },
        comparedWith: { from: "2026-10-01", to: "2026-10-11", until },
        comparedByDay: {
          kpis: ["customer_value_to_date"],
          part: { from: "2026-11-01", to: "2026-11-10" },
          with: { from: "2026-10-01", to: "2026-10-10" },
        },
      }),
    ).toBe(
      "Nov 1 – 10, 2026, to 3:04 PM of the last day is compared with Oct 1 – 10, 2026, to 3:04 PM of the last day: the rest is not over. Customer value to date: Nov 1 – 9, 2026 with Oct 1 – 9, 2026.",
    );
    expect(
      answer(
        { from: "2026-11-10", to: "2026-11-11" },
        {
          comparedPart: { from: "2026-11-10", to: "2026-11-11", until },
          comparedWith: { from: "2026-11-09", to: "2026-11-10", until },
        },
      ),
    ).toBe("Nov 10, 2026 to 3:04 PM is compared with Nov 9, 2026 to 3:04 PM: the rest is not over.");
    expect(answer(november, { comparedWith: october, firstOrderDay: "2026-10-20" })).toBe(
      "Not compared with Oct 1 – 31, 2026: your first order is of Oct 20, 2026.",
    );
    const known = (history: Answer["asOf"]["history"], loadedFrom: string | null) =>
      answer(november, {
        comparedWith: october,
        firstOrderDay: null,
        asOf: { dataVersion: 1, freshAt: null, history, loadedFrom },
      });
    expect(known("sixty_days", "2026-10-02")).toBe(
      "Not compared with Oct 1 – 31, 2026: orders before Oct 2, 2026 aren't here.",
    );
    expect(known("retention", "2026-10-02")).toBe(known("sixty_days", "2026-10-02"));
    expect(known("loading", "2026-11-01")).toBe(
      "Not compared with Oct 1 – 31, 2026: orders before Nov 1, 2026 aren't here yet.",
    );
    expect(known("sixty_days", "2026-10-01")).toMatch(/^Compared with/);
    expect(known("customers_hidden", "2026-10-02")).toMatch(/^Compared with/);
  });

  it("say when membership was taken", () => {
    const period = { from: "2026-10-01", to: "2026-11-01" };
    const said = (membersAt: "start" | "end" | "today", day: string, by: "rfm" | "email_consent" = "rfm") =>
      membershipSentence(by, membersAt, day, period, euro);
    expect(said("start", "2026-10-01")).toContain("fixed as of Oct 1, 2026");
    expect(said("end", "2026-11-01")).toContain("at the end of Oct 31");
    expect(said("today", "2026-11-22")).toContain("today");
    expect(said("start", "2026-10-01", "email_consent")).toContain("by what is known today");
  });
});

describe("the sync's state in words", () => {
  const state: SyncState = {
    ...synced.state,
    rows: 12_400,
    expectedRows: 60_000,
    ratePerSecond: 850,
    secondsLeft: 56,
    startedAt: null,
    finishedAt: null,
  };
  const meta = synced.reaching({ fresh_at: "2026-11-21 13:02:00" });
  const view = (change: Partial<SyncState>, kept: ShopMeta | null = meta) =>
    syncStatusView({ ...state, ...change }, kept, { locale: "de", now });

  it("says to which minute the data are complete", () => {
    expect(view({})).toMatchObject({
      kind: "complete",
      text: "Up to date as of 14:02 (Berlin).",
      running: false,
      dataVersion: 4,
    });
  });

  it("says what has changed about the shop, since when, and what it does", () => {
    const at = "2026-11-20T10:00:00.000Z";
    const titles = (change: Partial<SyncState>) => view(change).notices.map(({ title }) => title);
    const texts = (change: Partial<SyncState>) =>
      view(change)
        .notices.map(({ text }) => text)
        .join(" ");
    expect(titles({})).toEqual([]);
    expect(titles({ paused: { pause: "frozen", since: at, until: at } })).toEqual([
      "Shopify has frozen this store",
    ]);
    const currencyChange = { from: "EUR", to: "USD", at };
    expect(titles({ currencyChange, phase: "orders" })[0]).toMatch(
      /currency changed from EUR to USD on .*2026/,
    );
    expect(titles({ currencyChange })).toEqual([]);
    expect(titles({ timeZoneChange: { from: "UTC", at } })).toEqual([
      "Days are counted in the time zone Europe/Berlin",
    ]);
    const scopes = [
      "read_orders",
      "read_all_orders",
      "read_customers",
      "read_products",
      "read_customer_merge",
    ];
    for (const scope of scopes)
      expect(texts({ lostScopes: { scopes, since: at } })).toContain(`Without ${scope}`);
  });

  it("waits before the first order", () => {
    expect(view({ phase: "not_started" }, null)).toMatchObject({
      kind: "waiting",
      running: true,
      percent: null,
    });
  });

  it("says since when Shopify does not answer, and then estimates nothing", () => {
    const unansweredSince = "2026-11-21T12:51:00.000Z";
    expect(view({ phase: "counting", unansweredSince }, null)).toMatchObject({
      ...{ kind: "loading", tone: "warning", percent: null, title: "Shopify isn't answering" },
      text: "No answer since 12:51 (UTC). The app asks again by itself, and what has arrived is kept.",
    });
    const loading = synced.reaching({ state: "loading", from_day: "2026-08-01" }, meta);
    for (const phase of ["orders", "customers", "closing_sweep"] as const)
      expect(view({ phase, unansweredSince }, loading).text).toMatch(
        /^No answer since 13:51 \(Berlin\)\. .*complete from .*Aug.* on/,
      );
    expect(view({ unansweredSince }).text).toBe(
      "Up to date as of 14:02 (Berlin). Shopify isn't answering; changes since then follow by themselves.",
    );
  });

  it("counts what has arrived, how fast, and how long it will take", () => {
    const { kind, percent, text } = view(
      { phase: "orders" },
      synced.reaching({ state: "loading", from_day: "2026-08-01" }, meta),
    );

    expect({ kind, percent }).toEqual({ kind: "loading", percent: 20 });
    expect(text).toContain("12.400 of about 60.000 orders and customers, about 56 seconds left");
    expect(text).toContain("figures that need older orders follow");
  });

  it("takes 60 days of history for a state of its own, not for an error", () => {
    const limited = synced.reaching({ state: "sixty_days", from_day: "2026-09-22" }, meta);

    expect(view({ historyLimited: true }, limited)).toMatchObject({ kind: "sixty_days", running: false });
  });

  it("names what stopped it", () => {
    expect(view({ phase: "failed", error: readFailure("Shopify refused access.") }).text).toContain(
      "Shopify refused access.",
    );
  });
});
