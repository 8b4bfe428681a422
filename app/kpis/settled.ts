// What a row's definition settles of a figure, whoever is in it: nobody whose first order is past is new, and who has ordered
// once has not returned. Worked out from the declarations; such a figure is no estimate.
import { BOUGHT, declarations } from "./catalogue.ts";
import type { Settling } from "./answer.ts";
import type { Cut, SegmentRef } from "./cuts/cut.ts";
import { memberState } from "./facts/facts.ts";
import type { Rhythm, Span } from "./facts/fact.ts";
import type { RowPlan } from "./cuts/lists.server.ts";
import type { Slice } from "./compile/contributions.ts";
import { type Computation, type Customers, customers } from "./kpi.ts";
import { conditionsOf, declarationOf } from "./declared.ts";
import { FIRST_TIME, segmentationOf } from "./segmentations.ts";
import type { Segment } from "./segmentations/segmentation.ts";

/** What holds of everyone in a row by its definition. */
type Claim =
  | { why: Exclude<Settling, "silence" | "once"> }
  /** One order by the instant; `isOver`: the period is over by then, so that it is all they did in it. */
  | { why: "once"; isOver: boolean }
  /** Without an order for so long. */
  | { why: "silence"; span: Span };

/** The value of a KPI in a row of which a claim holds. */
export interface Settled {
  value: 0 | 1;
  why: Settling;
}

/** By its parts: how often each stands in it. */
type Form = ReadonlyMap<string, number>;

const NOTHING: Form = new Map<string, number>([]);
const part = (computation: Computation): Form => new Map([[JSON.stringify(computation), 1]]);
const BUYERS = part(customers({ did: [BOUGHT] }));

const ORDER: readonly (Rhythm | null)[] = ["g50", "g90", "2 * g90"];
const isUpTo = (a: Rhythm | null, b: Rhythm | null) =>
  b === null || (a !== null && ORDER.indexOf(a) <= ORDER.indexOf(b));
const isFrom = (a: Rhythm | null, b: Rhythm | null) =>
  b === null || (a !== null && ORDER.indexOf(a) >= ORDER.indexOf(b));

/** Whether a standing holds of everyone, or of nobody; null where it may be either. */
function standingIn(name: string, claim: Claim): boolean | null {
  const standing = memberState.standings[name];
  if (standing === undefined) return null;
  const { span, ordered } = standing;
  if (claim.why === "once") return ordered === "on_several_days" ? false : null;
  if (claim.why !== "silence") return null;
  const { beyond, upTo } = claim.span;
  const isApart =
    (span.beyond !== null && upTo !== null && isUpTo(upTo, span.beyond)) ||
    (span.upTo !== null && beyond !== null && isFrom(beyond, span.upTo));
  if (isApart) return false;
  return ordered === undefined && isFrom(beyond, span.beyond) && isUpTo(upTo, span.upTo) ? true : null;
}

const isOnceInPeriod = (claim: Claim): boolean => claim.why === "once" && claim.isOver;

function customersIn(computation: Customers, claim: Claim): Form {
  const { did, standing } = computation;
  const isAgain = did.some(({ atLeast }) => atLeast > 1) || new Set(did.map((each) => each.in)).size > 1;
  if (isOnceInPeriod(claim) && isAgain && did.every(({ of }) => of === BOUGHT.of)) return NOTHING;
  const held = standing.map((name) => standingIn(name, claim));
  if (held.includes(false)) return NOTHING;
  return part({ ...computation, standing: standing.filter((_, index) => held[index] !== true) });
}

function formOf(name: string, claim: Claim): Form {
  const { computation } = declarationOf(declarations, name);
  switch (computation.kind) {
    case "derived": {
      const form = new Map<string, number>();
      for (const [sign, names] of [
        [1, computation.plus],
        [-1, computation.minus],
      ] as const)
        for (const input of names)
          for (const [key, times] of formOf(input, claim)) form.set(key, (form.get(key) ?? 0) + sign * times);
      return new Map([...form].filter(([, times]) => times !== 0));
    }
    case "count": {
      const begins = conditionsOf(computation).some((condition) => condition.begins);
      if (begins && claim.why === "begun") return NOTHING;
      if (begins && (claim.why === "beginning" || claim.why === "first_period")) return BUYERS;
      return isOnceInPeriod(claim) && (begins || name === BOUGHT.of) ? BUYERS : part(computation);
    }
    case "customers":
      return customersIn(computation, claim);
    default:
      return part(computation);
  }
}

const isSame = (a: Form, b: Form) =>
  a.size === b.size && [...a].every(([key, times]) => b.get(key) === times);

function valueUnder(id: string, claim: Claim): 0 | 1 | null {
  const { computation } = declarationOf(declarations, id);
  if (computation.kind !== "ratio") return formOf(id, claim).size === 0 ? 0 : null;
  if (computation.over === "shop") return null;
  const below = formOf(computation.denominator, claim);
  if (below.size === 0) return null;
  const above = formOf(computation.numerator, claim);
  return above.size === 0 ? 0 : isSame(above, below) ? 1 : null;
}

/** Whether a KPI is settled by where a period begins. */
export const isOfFirstOrders = (id: string): boolean => valueUnder(id, { why: "first_period" }) !== null;

export function settledIn(id: string, claims: readonly Claim[]): Settled | null {
  for (const claim of claims) {
    const value = valueUnder(id, claim);
    if (value !== null) return { value, why: claim.why };
  }
  return null;
}

/** How long a segment's customers have been silent, as its rule or its scores have it. */
function spanOf({ silence, ranks }: Segment): Span | null {
  if (silence !== undefined) return silence;
  if (ranks === undefined) return null;
  // A score that is held to the shop's rhythm.
  const [least, most] = ranks.r;
  return { beyond: most <= 3 ? "g50" : null, upTo: least >= 4 ? "g90" : null };
}

function claimsOfSegment({ segmentation, segment }: SegmentRef, { period, membersOn }: Slice): Claim[] {
  if (segment === FIRST_TIME.id) return membersOn >= period.from ? [{ why: "beginning" }] : [];
  const declared = segmentationOf(segmentation);
  const claims: Claim[] = membersOn <= period.from ? [{ why: "begun" }] : [];
  if (declared.kind === "valued") {
    const days = declared.days?.(segment) ?? null;
    if (days !== null && days.to <= period.from) claims.push({ why: "begun" });
    if (days !== null && days.from >= period.from) claims.push({ why: "beginning" });
    return claims;
  }
  const ruled = declared.segments.find(({ id }) => id === segment);
  if (ruled === undefined) return claims;
  const span = spanOf(ruled);
  if (span !== null) claims.push({ why: "silence", span });
  if (ruled.once === true || ruled.silence?.orders === "one")
    claims.push({ why: "once", isOver: membersOn >= period.to });
  return claims;
}

/**
 * What holds of everyone in a row, the plainest first.
 * @param firstDay the day of the shop's first order; null where it is not known
 */
export function claimsOf(
  { id, kind }: Pick<RowPlan, "id" | "kind">,
  cut: Cut,
  slice: Slice,
  firstDay: string | null,
): Claim[] {
  const claims: Claim[] = firstDay !== null && slice.period.from <= firstDay ? [{ why: "first_period" }] : [];
  const isOfCustomers = cut.of === "customers" && ["segment", "ungrouped", "first_time"].includes(kind);
  if (isOfCustomers) claims.push(...claimsOfSegment({ segmentation: cut.by, segment: id }, slice));
  if (cut.within !== undefined && (isOfCustomers || kind === "within"))
    claims.push(...claimsOfSegment(cut.within, slice));
  return claims;
}
