// Of which parts a figure's difference is made, in the order in which they are told.
import type { RowKind } from "../kpis/answer.ts";
import type { KpiId } from "../kpis/catalogue.ts";
import { chainOf } from "./chain.ts";
import { effect, type SplitRow, splitKindOf } from "./split.ts";

/** A step by its sum and the one before it, of which there is so much of it for each; or what else moved it. */
export type PartId =
  { step: string; of: string | null } | { other: "days" | "entered" | "left" | "rate" | "mix" | "apart" };

interface NamedPart {
  part: PartId;
  /** The name of its effect. */
  effect: string;
}

const RATE = [
  ["rate", effect.rateOf],
  ["mix", effect.mixOf],
  ["apart", effect.apartOf],
] as const;

const BESIDE = [
  ["days", effect.daysOf],
  ["entered", effect.enteredOf],
  ["left", effect.leftOf],
] as const;

/** Those of a row. */
export function partsOfRow(kpi: KpiId, { id: row, kind }: Pick<SplitRow, "id" | "kind">): NamedPart[] {
  const others = splitKindOf(kpi) === "rate" ? RATE : BESIDE;
  const { steps } = splitKindOf(kpi) === "rate" ? { steps: [] } : chainOf(kpi, kind);
  return [
    ...steps.map(({ name }, index) => ({
      part: { step: name, of: steps[index - 1]?.name ?? null },
      effect: effect.stepOf(name, row),
    })),
    ...others.map(([other, of]) => ({ part: { other }, effect: of(row) })),
  ];
}

/** Kinds of rows whose steps begin otherwise: with members, with those who bought, or with orders. */
const KINDS = ["segment", "first_time", "guest"] as const satisfies readonly RowKind[];

/** Those of the whole, which its rows' add up to. */
export function partsOfWhole(kpi: KpiId): NamedPart[] {
  if (splitKindOf(kpi) === "rate") return RATE.map(([other]) => ({ part: { other }, effect: effect[other] }));
  const all = KINDS.map((kind) => chainOf(kpi, kind).steps);
  const longest = all[0] ?? [];
  const named = longest.flatMap(({ name }) => {
    const before = all.flatMap((steps) => {
      const index = steps.findIndex((step) => step.name === name);
      return index < 0 ? [] : [steps[index - 1]?.name ?? null];
    });
    return [...new Set(before)].map((of) => ({ part: { step: name, of }, effect: effect.step(name, of) }));
  });
  return [...named, ...BESIDE.map(([other]) => ({ part: { other }, effect: effect[other] }))];
}
