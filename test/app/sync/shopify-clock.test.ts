// How far this machine's clock is from Shopify's, by the date of its answers, and that the metric has it.
import { expect, it } from "vitest";
import { meters } from "../../../app/metrics/meters.server.ts";
import { clockAhead, noteClock } from "../../../app/shopify/shopify-clock.ts";

const theirs = "Sun, 29 Nov 2026 23:00:00 GMT";
const at = (seconds: number) => Date.parse(theirs) + seconds * 1000;

it.each([
  ["within the second that the date is", 0.9, 0.95, 0],
  ["while a slow answer was on its way", -20, 5, 0],
  ["three hours fast", 10_800, 10_801, 10_799],
  ["two minutes slow", -122, -120, -120],
])("is told %s", (_, asked, answered, ahead) => {
  expect(clockAhead(theirs, at(asked), at(answered))).toBe(ahead);
});

it("is not known from an answer without a date", () => {
  expect(clockAhead(null, at(0), at(1))).toBeNull();
  expect(clockAhead("yesterday", at(0), at(1))).toBeNull();
});

it("is a figure of the monitor's", async () => {
  noteClock(theirs, at(10_800), at(10_801));
  expect((await meters.clockAhead.get()).values[0]?.value).toBe(10_799);
});
