// Of which parts a figure's difference is made, in the order in which they are told.
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

/** Those of the whole, which its rows' add up to. Rows without members begin with who bought, or with orders. */
export function partsOfWhole(kpi: KpiId): NamedPart[] {
  if (splitKindOf(kpi) === "rate")
    return RATE.map(([other]) => ({ part: { other }, effect: effect[other] }));
  const { steps } = chainOf(kpi, "segment");
  return [
    ...steps.map(({ name }, index) => ({
      part: { step: name, of: steps[index - 1]?.name ?? null },
      effect: effect.step(name),
    })),
    ...BESIDE.map(([other]) => ({ part: { other }, effect: effect[other] })),
  ];
}
