// What the demo prints: the sync's progress and the table of KPIs.
import { Writable } from "node:stream";
import { expect, test } from "vitest";
import type { SyncProgress } from "../../tools/demo/merchant.ts";
import { openProgress, progressLine } from "../../tools/demo/progress.ts";
import { kpiTable } from "../../tools/demo/table.ts";

const state: SyncProgress = {
  phase: "orders",
  historyLimited: false,
  rows: 12_400,
  expectedRows: 24_800,
  ratePerSecond: 3_100,
  secondsLeft: 4,
  error: null,
};

test("progress says phase, rows, rate and time left", () => {
  expect(progressLine(state)).toBe(
    "Reading orders  ████████████░░░░░░░░░░░░  12,400 of about 24,800 orders and customers · 3,100 a second · 4 s left",
  );
  expect(progressLine({ ...state, rows: 24_800, secondsLeft: 0 })).toBe(
    "Reading orders  ████████████████████████  24,800 of about 24,800 orders and customers · 3,100 a second",
  );
  expect(
    progressLine({
      ...state,
      phase: "counting",
      rows: 0,
      expectedRows: null,
      ratePerSecond: null,
      secondsLeft: null,
    }),
  ).toBe("Counting orders");
});

/** A terminal, or a file, that keeps what is written to it. */
function output(isTTY: boolean): NodeJS.WriteStream & { text: () => string } {
  let text = "";
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      done();
    },
  });
  return Object.assign(stream as unknown as NodeJS.WriteStream, { isTTY, columns: 50, text: () => text });
}

test("a terminal gets one line drawn again, cut to its width; a file gets a line a phase", () => {
  const terminal = output(true);
  const drawn = openProgress(terminal);
  drawn.show(state);
  drawn.show({ ...state, rows: 20_000 });
  drawn.end();
  const text = terminal.text();
  expect(text.split("\n")).toHaveLength(2);
  expect(text.split("\r\x1b[2K").every((line) => line.trimEnd().length < 50)).toBe(true);

  const file = output(false);
  const plain = openProgress(file);
  for (const rows of [1, 2, 3]) plain.show({ ...state, rows });
  plain.show({ ...state, phase: "complete" });
  plain.end();
  expect(file.text().trimEnd().split("\n")).toHaveLength(2);
});

test("the table is aligned, money by the currency's decimals, and a KPI without a value is a dash with its reason below", () => {
  const row = (label: string, members: number | null, net: number, aov: number | null) => ({
    label,
    members,
    kpis: {
      orders: { value: 12, reason: null },
      net_sales: { value: net, reason: null },
      aov: {
        value: aov,
        reason: aov === null ? { text: "Too few customers to judge (4 of 30 needed)" } : null,
      },
      buyer_rate: { value: 0.284, reason: null },
      sales_share: { value: null, reason: { text: "Does not apply to this row" } },
    },
  });
  const answer = {
    currency: "JPY",
    decimals: 0,
    period: { from: "2026-01-01", to: "2026-02-01" },
    total: row("All customers", 1_284, 1_234_567, 4_900),
    segments: [row("Champions", 40, 900, null)],
  };
  expect(kpiTable(answer).split("\n")).toEqual([
    "Segment        Customers  Orders   Net sales  Average order  Share who bought  Share of sales",
    "─────────────  ─────────  ──────  ──────────  ─────────────  ────────────────  ──────────────",
    "Champions             40      12        ¥900              –             28.4%               –",
    "All customers      1,284      12  ¥1,234,567         ¥4,900             28.4%               –",
    "",
    "–  Too few customers to judge",
    "–  Does not apply to this row",
  ]);
  expect(kpiTable({ ...answer, currency: "KWD", decimals: 3 })).toMatch(/KWD\s1,234\.567/);
});
