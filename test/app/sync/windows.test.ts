import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decimalsOf } from "../../../app/shopify/currency.ts";
import {
  createdIn,
  firstVisibleDay,
  firstWholeDay,
  localDay,
  loadedBackTo,
  planWindows,
  updatedSinceDay,
} from "../../../app/sync/reading/windows.ts";

const zones = [
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "Asia/Kathmandu",
  "Pacific/Apia",
  "America/Santiago",
];
const instant = fc.date({
  min: new Date("2015-01-01T00:00:00Z"),
  max: new Date("2026-11-21T00:00:00Z"),
  noInvalidDate: true,
});

describe("windows of a shop's past", () => {
  it("grow from 30 days, newest first, each twice as long, at local midnights", () => {
    const windows = planWindows(
      new Date("2026-01-15T10:00:00Z"),
      new Date("2026-11-21T09:30:00Z"),
      "Europe/Berlin",
    );
    expect(windows.map(createdIn)).toEqual([
      "created_at:>='2026-10-21T22:00:00Z' created_at:<'2026-11-21T09:30:00Z'",
      // Summer time ended on 25 October.
      "created_at:>='2026-08-22T22:00:00Z' created_at:<'2026-10-21T22:00:00Z'",
      "created_at:>='2026-04-24T22:00:00Z' created_at:<'2026-08-22T22:00:00Z'",
      "created_at:>='2026-01-14T23:00:00Z' created_at:<'2026-04-24T22:00:00Z'",
    ]);
  });

  it("cover everything from the first order's day to now without gap or overlap, in any zone", () => {
    fc.assert(
      fc.property(instant, instant, fc.constantFrom(...zones), (a, b, zone) => {
        const [first, to] = a < b ? [a, b] : [b, a];
        const windows = planWindows(first, to, zone);
        if (windows.length === 0) expect(first.getTime()).toBe(to.getTime());
        else {
          expect(windows[0]?.to).toEqual(to);
          expect(windows.at(-1)?.from.getTime()).toBeLessThanOrEqual(first.getTime());
        }
        for (const [index, window] of windows.entries()) {
          expect(window.from.getTime()).toBeLessThan(window.to.getTime());
          if (index > 0) expect(window.to).toEqual(windows[index - 1]?.from);
        }
      }),
    );
  });

  it("count as loaded only as far back as no window is missing", () => {
    const [newest, middle, oldest] = planWindows(
      new Date("2026-06-01T00:00:00Z"),
      new Date("2026-11-21T00:00:00Z"),
      "UTC",
    );
    const at = (...loaded: boolean[]) =>
      loadedBackTo(
        [newest, middle, oldest].flatMap((window, index) =>
          window ? [{ ...window, loaded: loaded[index] ?? false }] : [],
        ),
      );
    expect(at(false, true, true)).toBeNull();
    expect(at(true, false, true)).toEqual(newest?.from);
    expect(at(true, true, false)).toEqual(middle?.from);
    expect(at(true, true, true)).toEqual(oldest?.from);
  });

  it("begin, without read_all_orders, at the first day that is wholly visible", () => {
    const now = new Date("2026-11-21T09:30:00Z");
    expect(firstVisibleDay(now, "Europe/Berlin").toISOString()).toBe("2026-09-22T22:00:00.000Z");
    // Forty-three minutes before midnight and an hour's change ago, 60 times 24 hours reach to 0:17 of the 28th.
    expect(firstVisibleDay(new Date("2026-11-26T22:17:00Z"), "Europe/Berlin").toISOString()).toBe(
      "2026-09-28T22:00:00.000Z",
    );
  });

  it("begin, without read_all_orders, at a local midnight that stays in sight for two hours, and no day later", () => {
    fc.assert(
      fc.property(instant, fc.constantFrom(...zones), (now, zone) => {
        const first = firstVisibleDay(now, zone);
        const inSight = now.getTime() - 60 * 86_400_000 + 2 * 3_600_000;
        expect(firstWholeDay(first, zone)).toBe(localDay(first, zone).toString());
        expect(first.getTime()).toBeGreaterThanOrEqual(inSight);
        // A day on which clocks are put back has 25 hours.
        expect(first.getTime() - inSight).toBeLessThan(25 * 3_600_000);
      }),
    );
  });

  it("name a day as whole only from its first moment", () => {
    expect(firstWholeDay(new Date("2026-10-21T22:00:00Z"), "Europe/Berlin")).toBe("2026-10-22");
    expect(firstWholeDay(new Date("2026-10-21T22:00:01Z"), "Europe/Berlin")).toBe("2026-10-23");
  });

  it("search customers, whose search knows whole days only, from the day before", () => {
    expect(updatedSinceDay(new Date("2026-11-21T00:10:00Z"))).toBe("updated_at:>='2026-11-20'");
  });
});

it("currencies have the decimals of ISO 4217", () => {
  expect(["EUR", "JPY", "KWD", "IQD", "ISK", "HUF"].map(decimalsOf)).toEqual([2, 0, 3, 3, 0, 2]);
});
