// From the statement's sums to one KPI's cell in one row: value, range, change, and why something is blank.
// A sum or count is a fact and has no range; a rate or average is an estimate and has one where it holds.
import type { KpiCell, Reason, RowKind } from "../answer.ts";
import { declarations } from "../catalogue.ts";
import type { Span } from "../compile/quantiles.ts";
import { coverageOf, declarationOf, isPerCustomer, isSoFar, uncertaintyOf } from "../declared.ts";
import { GUEST } from "../segmentations.ts";
import type { Settled } from "../settled.ts";
import { shopOf, Sums, type Cell, type RowOf, type Slice } from "../sums.ts";
import { bounds, rounded } from "./bounds.ts";
import { blankChange, changeOf, type Judgeable, type Lengths } from "./change.ts";
import { figureOf, type Figure } from "./figure.ts";

/** Why a figure cannot be shown before it is even computed, by period. */
export interface Blocked {
  now: Reason | null;
  then: Reason | null;
  /** The first day of which it is known, where Shopify does not keep it. */
  observedFrom?: string | null;
  /** Orders of the days may not name their customers: which of them are one customer's is not known. */
  nameless?: boolean;
  /** What the row's definition leaves of the figure. */
  settled?: Settled | null;
}

/** Parts of two sums that are known are taken for the same up to this difference. */
const SAME_COVERAGE = 0.05;

/** Null where the whole is nothing that could have parts. */
const partOf = (known: number, whole: number): number | null =>
  whole <= 0 ? null : Math.max(0, Math.min(1, known / whole));

/** True where a figure is about the customers of a group when it was made, which those without an order then had none of. */
function isPerMember(id: string): boolean {
  const { computation } = declarationOf(declarations, id);
  if (computation.kind !== "ratio") return false;
  const below = declarationOf(declarations, computation.denominator).computation;
  return below.kind === "customers" && below.among !== "everyone";
}

/** Which of a list's quantiles is a row's. */
function spanOf(kind: RowKind): Span {
  if (kind === "total" || kind === "within") return "all";
  return kind === "others" ? "rest" : "group";
}

/** The sums that a figure is made of. */
function sumsBehind(id: string): string[] {
  const { computation } = declarationOf(declarations, id);
  if (computation.kind === "duration" || computation.kind === "quantile") return [];
  if (computation.kind !== "ratio") return [id];
  return computation.over === "shop"
    ? [computation.numerator]
    : [computation.numerator, computation.denominator];
}

/** A cell whose change is not judged yet. */
export interface Draft {
  cell: KpiCell;
  judgeable: Judgeable | null;
}

/** The sums of one KPI in one row. */
export const sumsIn = (id: string, row: RowOf, cells: readonly Cell[]): Sums =>
  new Sums(
    cells,
    (segment) => row.holds(segment) && !(isPerCustomer(declarations, id) && segment === GUEST.id),
    spanOf(row.kind),
  );

/** The cell of one KPI in one row. `lengths`: null when the statement held no compared period. */
export function cellOf(
  id: string,
  row: RowOf,
  cells: readonly Cell[],
  lengths: Lengths | null,
  blocked: Blocked,
): Draft {
  const declaration = declarationOf(declarations, id);
  const { computation } = declaration;
  const perCustomer = isPerCustomer(declarations, id);
  const own = sumsIn(id, row, cells);
  const shop = shopOf(cells);
  /** The whole shop's share of the shop is 1 by definition. */
  const isOfShop = computation.kind === "ratio" && computation.over === "shop";
  const isWhole = isOfShop && row.kind === "total";

  const coverage = coverageOf(declarations, id);
  /** Whether there is anything of a sum; behind what is nobody's there are no customers who moved it. */
  const isAny = (name: string, slice: Slice) => own.movers(name, slice) > 0 || own.sum(name, slice) !== 0;
  /** There is something, and of nothing of it what the figure is about is known. */
  const isUnknown = ({ value, parts }: Figure, slice: Slice) =>
    coverage !== null &&
    (parts?.numerator ?? value) === 0 &&
    !isAny(coverage.known, slice) &&
    isAny(coverage.of, slice);
  const isExact = (slice: Slice) =>
    sumsBehind(id).every((name) => own.isExact(name, slice) && (!isOfShop || shop.isExact(name, slice)));
  const reasonOf = (figure: Figure, block: Reason | null): Reason | null => {
    // Whatever is loaded.
    if (perCustomer && row.kind === "guest") return "not_applicable";
    if (isPerMember(id) && (row.kind === "first_time" || row.kind === "not_bought")) return "not_applicable";
    if (block !== null) return block;
    const slice = figure === now ? "now" : "then";
    if (isUnknown(figure, slice)) return "not_recorded";
    if (!isExact(slice)) return "too_large";
    if (figure.value !== null) return null;
    if (computation.kind === "duration") return figure.n === 0 ? "no_value" : "not_mature";
    if ((figure.open ?? 0) > 0) return "not_mature";
    return (figure.parts?.denominator ?? 0) < 0 || isOfShop ? "not_positive" : "no_value";
  };
  const shown = (figure: Figure, reason: Reason | null): number | null =>
    figure.value === null || reason !== null ? null : rounded(declaration, figure.value);

  const now = figureOf(declaration, id, own, shop, "now");
  const reason = reasonOf(now, blocked.now);
  const value = shown(now, reason);
  // How far a group's share moves with its customers' orders in other groups is not worked out.
  const isShared = row.kind === "orders" && isOfShop;
  const settled = blocked.settled != null && blocked.settled.value === value ? blocked.settled.why : null;
  const kind =
    uncertaintyOf(declarations, id) !== "sum" && !isWhole && settled === null ? "estimate" : "fact";
  const range =
    value === null || now.range === null || isShared || settled !== null
      ? null
      : bounds(declaration, value, now.range);
  const isKnown = blocked.now === null && reason !== "not_applicable";
  const cell: KpiCell = {
    value,
    kind,
    settled,
    parts: value === null ? null : now.parts,
    n: blocked.now === null ? now.n : 0,
    events: blocked.now === null ? now.events : null,
    low: range?.low ?? null,
    high: range?.high ?? null,
    sureness: range?.sureness ?? null,
    largest: isKnown && blocked.nameless !== true ? now.largest : null,
    coverage: coverage === null ? null : partOf(own.sum(coverage.known, "now"), own.sum(coverage.of, "now")),
    observedFrom: blocked.observedFrom ?? null,
    open: blocked.now === null ? (now.open ?? null) : null,
    reason,
    previous: null,
    change: null,
  };
  if (lengths === null || isWhole) return { cell, judgeable: null };

  const then = figureOf(declaration, id, own, shop, "then");
  const reasonThen = reasonOf(then, blocked.then);
  cell.previous = shown(then, reasonThen);
  if (value === null || cell.previous === null)
    return { cell: { ...cell, change: blankChange(reason ?? reasonThen) }, judgeable: null };
  if (settled !== null) return { cell: { ...cell, change: blankChange("by_definition") }, judgeable: null };
  const { change, judgeable } = changeOf(id, {
    value,
    previous: cell.previous,
    now,
    then,
    own,
    shop,
    lengths,
  });
  const knownThen =
    coverage === null ? null : partOf(own.sum(coverage.known, "then"), own.sum(coverage.of, "then"));
  // A sum of what is known grows when more is known.
  const isKnownOtherwise =
    coverage !== null && kind === "fact" && Math.abs((cell.coverage ?? 1) - (knownThen ?? 1)) > SAME_COVERAGE;
  const unjudged: Reason | null = isShared
    ? "shared_customers"
    : isSoFar(declarations, id)
      ? "may_change"
      : isKnownOtherwise
        ? "known_otherwise"
        : null;
  if (unjudged === null || (judgeable === null && change.verdict === "unknown"))
    return { cell: { ...cell, change }, judgeable };
  const { absolute, relative, perDay } = change;
  return {
    cell: { ...cell, change: { ...blankChange(unjudged), absolute, relative, perDay } },
    judgeable: null,
  };
}
