// Where groups and the ribbons between them stand in a picture: left then, right now, as tall as their customers are many.
import type { FlowCell, FlowNode } from "../../reports/movement.server.ts";

export interface Box {
  node: FlowNode;
  top: number;
  height: number;
}

export interface Ribbon {
  flow: FlowCell;
  left: number;
  right: number;
  height: number;
}

export interface FlowLayout {
  then: readonly Box[];
  now: readonly Box[];
  ribbons: readonly Ribbon[];
  height: number;
}

/** Between two groups, and no group is drawn less tall: its label needs the room. */
const GAP = 6;
const LEAST = 15;

/** @param tall how tall all customers are together */
export function flowLayout(
  { then, now, flows }: { then: readonly FlowNode[]; now: readonly FlowNode[]; flows: readonly FlowCell[] },
  tall: number,
): FlowLayout {
  const all = Math.max(1, total(now.map(({ customers }) => customers)));
  const scale = tall / all;
  const [left, right] = [boxesOf(then, scale), boxesOf(now, scale)];
  const places = (side: readonly FlowNode[]) => new Map(side.map(({ id }, index) => [id, index]));
  const [wasAt, becomesAt] = [places(then), places(now)];
  const inOrder = flows.toSorted(
    (a, b) =>
      (wasAt.get(a.was) ?? 0) - (wasAt.get(b.was) ?? 0) ||
      (becomesAt.get(a.becomes) ?? 0) - (becomesAt.get(b.becomes) ?? 0),
  );
  const [leftAt, rightAt] = [starts(left), starts(right)];
  const placed = new Map(
    inOrder.map((flow): [FlowCell, Ribbon] => {
      const height = flow.customers * scale;
      const ribbon = {
        ...{ flow, height },
        left: leftAt.get(flow.was) ?? 0,
        right: rightAt.get(flow.becomes) ?? 0,
      };
      leftAt.set(flow.was, ribbon.left + height);
      rightAt.set(flow.becomes, ribbon.right + height);
      return [flow, ribbon];
    }),
  );
  return {
    ...{ then: left, now: right },
    // In the order in which they are told, the largest first.
    ribbons: flows.flatMap((flow) => placed.get(flow) ?? []),
    height: Math.max(...[left, right].map((boxes) => bottom(boxes.at(-1)))),
  };
}

const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
const bottom = (box: Box | undefined) => (box === undefined ? 0 : box.top + Math.max(box.height, LEAST));
const starts = (boxes: readonly Box[]) => new Map(boxes.map(({ node, top }) => [node.id, top]));

function boxesOf(nodes: readonly FlowNode[], scale: number): Box[] {
  let top = 0;
  return nodes.map((node) => {
    const height = node.customers * scale;
    const box = { node, top, height };
    top += Math.max(height, LEAST) + GAP;
    return box;
  });
}
