// A picture of flows holds every customer twice: where he was, and where he is.
import fc from "fast-check";
import { expect, it } from "vitest";
import { flowLayout } from "../../../app/components/chart/flow-layout.ts";
import type { FlowCell } from "../../../app/reports/movement.server.ts";

const TALL = 300;
const node = (id: string, customers: number) => ({ id, customers, label: id, text: String(customers) });
const flow = (was: string, becomes: string, customers: number): FlowCell => ({
  ...{ was, becomes, customers, label: "", text: "", share: null, netThen: "", netBetween: "" },
  kind: was === becomes ? "stays" : "moves",
});
const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

it("stacks ribbons on both sides without a gap, and the largest comes first", () => {
  const counts = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 9, maxLength: 9 });
  fc.assert(
    fc.property(counts, (of) => {
      const ids = ["a", "b", "c"];
      const flows = ids
        .flatMap((was, row) => ids.map((becomes, column) => flow(was, becomes, of[3 * row + column] ?? 0)))
        .filter(({ customers }) => customers > 0)
        .sort((a, b) => b.customers - a.customers);
      const sum = (side: "was" | "becomes", id: string) =>
        total(flows.filter((each) => each[side] === id).map(({ customers }) => customers));
      const then = ids.map((id) => node(id, sum("was", id)));
      const now = ids.map((id) => node(id, sum("becomes", id)));
      const layout = flowLayout({ then, now, flows }, TALL);
      expect(layout.ribbons.map((ribbon) => ribbon.flow)).toEqual(flows);
      expect(total(layout.ribbons.map(({ height }) => height))).toBeCloseTo(flows.length === 0 ? 0 : TALL, 6);
      for (const [side, boxes, at] of [
        ["was", layout.then, "left"],
        ["becomes", layout.now, "right"],
      ] as const)
        for (const { node: of, top, height } of boxes) {
          const own = layout.ribbons
            .filter((ribbon) => ribbon.flow[side] === of.id)
            .sort((a, b) => a[at] - b[at]);
          let edge = top;
          for (const ribbon of own) {
            expect(ribbon[at]).toBeCloseTo(edge, 6);
            edge += ribbon.height;
          }
          expect(edge).toBeCloseTo(top + height, 6);
        }
    }),
    { numRuns: 50, seed: 3 },
  );
});
