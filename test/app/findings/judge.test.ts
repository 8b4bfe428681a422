// What is told of the changes that were looked at: each movement once, at most five, by certainty and money, always alike.
import { describe, expect, it } from "vitest";
import type { Candidate } from "../../../app/findings/candidates.ts";
import { keyOf, type Place, placeKey, WHOLE } from "../../../app/findings/finding.ts";
import { type Chosen, choose, type Means } from "../../../app/findings/judge.ts";
import type { KpiId } from "../../../app/kpis/catalogue.ts";
import { normalTail } from "../../../app/kpis/estimates/distributions.ts";

const of = (country: string): Place => ({ by: "country", segment: country });

/** A change that is so many standard errors from none; below nothing, fewer. */
function change(kpi: KpiId, place: Place, errors: number, money: number | null): Candidate {
  const amount = errors * 10;
  return {
    ...{ key: keyOf(kpi, place), kpi, place, then: 1000, now: 1000 + amount, change: amount, money },
    strength: Math.abs(errors),
    pValue: 2 * normalTail(Math.abs(errors)),
    judgeable: {
      rangeAt: (z) => ({ low: amount - 10 * z, high: amount + 10 * z }),
      shown: (range) => range,
      ...{ isRanged: true, fewest: 500 },
    },
  };
}

const quiet = Array.from({ length: 200 }, (_, at) =>
  change("orders", { by: "channel", segment: `c${at}` }, (at % 5) / 3, 5),
);
/** Everything stays as it was whoever is left out. */
const steady: Means = {
  again: (left) => Promise.resolve(left),
  holds: () => Promise.resolve(true),
};
const told = (chosen: readonly Chosen[]) =>
  chosen.map(({ candidate: { kpi, place } }) => `${kpi} of ${place.segment}`);

describe("what is told", () => {
  it("is nothing where nothing is beyond chance", async () => {
    expect(await choose(quiet, steady)).toEqual([]);
    expect(await choose([], steady)).toEqual([]);
  });

  it("begins with what means most money, and ends with what has no price", async () => {
    const candidates = [
      change("returning_customer_rate", of("FR"), 9, null),
      change("net_sales", of("DE"), -6, -400),
      change("net_sales", of("AT"), 7, 900),
      ...quiet,
    ];
    expect(told(await choose(candidates, steady))).toEqual([
      "net_sales of AT",
      "net_sales of DE",
      "returning_customer_rate of FR",
    ]);
  });

  it("is one KPI of a segment, that of most money", async () => {
    const candidates = [
      change("buyer_rate", of("DE"), -8, -300),
      change("net_sales", of("DE"), -6, -400),
      change("orders", of("DE"), -7, -350),
      ...quiet,
    ];
    expect(told(await choose(candidates, steady))).toEqual(["net_sales of DE"]);
  });

  it("is its net sales before a sum that is only a part of them", async () => {
    const candidates = [
      change("gross_sales", of("DE"), 9, 500),
      change("net_sales", of("DE"), 8, 400),
      change("discounts", of("AT"), 8, -300),
      change("gross_sales", of("AT"), 7, 200),
      ...quiet,
    ];
    expect(told(await choose(candidates, steady))).toEqual(["net_sales of DE", "discounts of AT"]);
  });

  it("leaves out what moves no more without the customers of what was told", async () => {
    const withoutGermany: Means = {
      ...steady,
      again: (left, without) =>
        Promise.resolve(
          left.map(({ kpi, place, money }) =>
            change(kpi, place, without.some(({ segment }) => segment === "DE") ? -1 : -6, money),
          ),
        ),
    };
    const candidates = [
      change("net_sales", of("DE"), -8, -400),
      change("net_sales", WHOLE, -6, -900),
      change("net_sales", { by: "language", segment: "de" }, -7, -500),
      ...quiet,
    ];
    expect(told(await choose(candidates, withoutGermany))).toEqual(["net_sales of DE"]);
  });

  it("asks what moved otherwise than all others once the whole shop's movement is told", async () => {
    const asked: [number, boolean][] = [];
    const means: Means = {
      ...steady,
      again: (left, without, fromRest) => {
        asked.push([without.length, fromRest]);
        return Promise.resolve(left.filter(({ place }) => place.segment === "AT"));
      },
    };
    const candidates = [
      change("net_sales", WHOLE, 11, 9_000),
      change("net_sales", of("DE"), 9, 5_000),
      change("net_sales", of("AT"), 8, 4_000),
      ...quiet,
    ];
    const chosen = await choose(candidates, means);
    expect(told(chosen)).toEqual(["net_sales of total", "net_sales of AT"]);
    expect(chosen.map(({ apart }) => apart)).toEqual([false, true]);
    expect(asked[0]).toEqual([0, true]);
  });

  it("leaves out what a few customers made, and goes on", async () => {
    const candidates = [
      change("net_sales", of("DE"), 9, 5_000),
      change("orders", of("AT"), -7, -800),
      ...quiet,
    ];
    const means: Means = { ...steady, holds: ({ place }) => Promise.resolve(place.segment !== "DE") };
    expect(told(await choose(candidates, means))).toEqual(["orders of AT"]);
  });

  it("is five at most, in the same order whatever order they come in", async () => {
    const candidates = [
      ...["A", "B", "C", "D", "E", "F", "G"].map((id) => change("net_sales", of(id), 8, 700)),
      ...quiet,
    ];
    const first = told(await choose(candidates, steady));
    expect(first).toHaveLength(5);
    expect(told(await choose(candidates, steady))).toEqual(first);
    expect(new Set(first).size).toBe(5);
    expect(placeKey(of("A"))).toBe("country A");
  });

  it("has ranges beside all that was looked at, which leave out no change", async () => {
    const [one] = await choose([change("net_sales", of("DE"), -6, -400), ...quiet], steady);
    expect(one?.level).toBeGreaterThan(0.999);
    expect(one?.range.high).toBeLessThan(0);
    expect(one?.certainty).toBeGreaterThan(0.999);
  });
});
