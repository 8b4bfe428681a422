import { Temporal } from "temporal-polyfill";
import { describe, expect, it } from "vitest";
import { checkTime, latestCheck } from "../../../app/sync/check/night.ts";

const day = (text: string) => Temporal.PlainDate.from(text);
const clock = (at: Date, timeZone: string) =>
  Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone);
const shops = Array.from({ length: 500 }, (_, index) => `shop-${index}.myshopify.com`);

describe("a shop's night check", () => {
  it("comes between two and five on its own clock, in every zone", () => {
    for (const zone of ["Europe/Berlin", "America/Los_Angeles", "Asia/Kolkata", "Pacific/Auckland", "UTC"])
      for (const shop of shops.slice(0, 50)) {
        const { hour } = clock(checkTime(shop, day("2026-11-20"), zone), zone);
        expect(hour).toBeGreaterThanOrEqual(2);
        expect(hour).toBeLessThan(5);
      }
  });

  it("is spread over the shops, and the same for a shop every night", () => {
    const minutes = shops.map((shop) => checkTime(shop, day("2026-11-20"), "UTC").getTime() / 60_000);
    const perHour = [2, 3, 4].map(
      (hour) =>
        minutes.filter((minute) => new Date(minute * 60_000).getUTCHours() === hour).length / shops.length,
    );
    for (const share of perHour) expect(share).toBeGreaterThan(0.2);
    const nights = ["2026-07-01", "2026-12-01"].map(
      (night) => clock(checkTime("a.myshopify.com", day(night), "Europe/Berlin"), "Europe/Berlin").minute,
    );
    expect(nights[0]).toBe(nights[1]);
  });

  it("comes once on the days on which the clock changes", () => {
    // Summer time begins on 29 March at 02:00 and ends on 25 October at 03:00.
    for (const change of ["2026-03-29", "2026-10-25"])
      for (const shop of shops) {
        const at = checkTime(shop, day(change), "Europe/Berlin");
        expect(clock(at, "Europe/Berlin").toPlainDate().toString()).toBe(change);
        const owed = [...Array(49).keys()].map(
          (half) => latestCheck(shop, new Date(at.getTime() + half * 1_800_000), "Europe/Berlin").day,
        );
        expect(new Set(owed.slice(0, 40))).toEqual(new Set([change]));
      }
  });

  it("is owed from its minute on until the next night's", () => {
    const shop = "a.myshopify.com";
    const at = checkTime(shop, day("2026-11-20"), "Europe/Berlin");
    const just = (milliseconds: number) =>
      latestCheck(shop, new Date(at.getTime() + milliseconds), "Europe/Berlin").day;
    expect(just(-1)).toBe("2026-11-19");
    expect(just(0)).toBe("2026-11-20");
    expect(just(23 * 3_600_000)).toBe("2026-11-20");
  });
});
