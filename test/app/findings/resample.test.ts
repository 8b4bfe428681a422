// Resamples of customers: what many of them did is there in nearly all, what one did in two of three.
import { describe, expect, it } from "vitest";
import { holdsInResamples, seeded } from "../../../app/findings/resample.ts";
import { term } from "../../../app/kpis/compile/terms.ts";
import type { Cell } from "../../../app/kpis/sums.ts";

const all = () => true;
const alike = (customers: number, terms: Record<string, number>, segment = "a"): Cell => ({
  ...{ now: segment, then: segment },
  terms: { [term.customers]: customers, ...terms },
});
const sales = (now: number, then: number) => ({ net_sales_now: now, net_sales_then: then });
const many = [alike(400, sales(1000, 1300)), alike(100, sales(0, 500)), alike(90, sales(800, 0))];

describe("a change in resamples", () => {
  it("is there where many customers made it", () => {
    expect(holdsInResamples("net_sales", many, all, "a")).toBe(true);
  });

  it("is not where one did", () => {
    const one = [alike(400, sales(1000, 1000)), alike(1, sales(900_000, 0))];
    expect(holdsInResamples("net_sales", one, all, "a")).toBe(false);
  });

  it("is of a segment's customers alone, in whichever period they were in it", () => {
    const cells = [...many, alike(500, sales(9000, 0), "b")];
    expect(holdsInResamples("net_sales", cells, (id) => id === "a", "a")).toBe(true);
    expect(holdsInResamples("net_sales", [], all, "a")).toBe(false);
  });

  it("of a rate is of what is divided and of what it is divided by", () => {
    const buyers = (now: number, then: number) => ({
      ...{ members_now: 1, members_then: 1, buying_members_now: now, buying_members_then: then },
    });
    const cells = [
      alike(300, buyers(1, 1)),
      alike(200, buyers(0, 1)),
      alike(60, buyers(1, 0)),
      alike(900, buyers(0, 0)),
    ];
    expect(holdsInResamples("buyer_rate", cells, all, "a")).toBe(true);
    expect(holdsInResamples("buyer_rate", [alike(5, buyers(1, 0)), alike(4, buyers(0, 1))], all, "a")).toBe(
      false,
    );
  });

  it("is the same for the same seed, in whatever order customers come", () => {
    const close = [
      alike(40, sales(10, 13)),
      alike(30, sales(0, 8)),
      alike(25, sales(9, 0)),
      alike(1, sales(3, 0)),
    ];
    const verdicts = ["x", "y", "z"].map((seed) => holdsInResamples("net_sales", close, all, seed));
    const turned = ["x", "y", "z"].map((seed) =>
      holdsInResamples("net_sales", [...close].reverse(), all, seed),
    );
    expect(turned).toEqual(verdicts);
  });

  it("draws as often as chance should", () => {
    const random = seeded("a seed");
    const drawn = Array.from({ length: 20_000 }, random);
    expect(drawn.reduce((a, b) => a + b, 0) / drawn.length).toBeCloseTo(0.5, 1);
    expect(Array.from({ length: 3 }, seeded("a seed"))).toEqual(drawn.slice(0, 3));
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...drawn)).toBeLessThan(1);
  });
});
