// How a figure is worked out, in words: one level deep, or down to what is counted and summed. It follows from the declaration.
import { type Reader, say } from "../words/words.server.ts";
import { declarations, declaredId, type Explanation } from "./catalogue.ts";
import { type FactId, type facts, type StateId, type states } from "./facts/facts.ts";
import { type Count, type Did, type Holding, type Level, type Sum } from "./kpi.ts";
import { declarationOf, inputsOf } from "./declared.ts";
import { kpiInSentence, kpiLabel } from "./kpi-words.server.ts";

type Facts = typeof facts;
type States = typeof states;
type MeasureId = { [F in FactId]: `${F}.${keyof Facts[F]["measures"] & string}` }[FactId];
type ConditionId = { [F in FactId]: `${F}.${keyof Facts[F]["conditions"] & string}` }[FactId];
type LeveledId = { [S in StateId]: States[S] extends { levels: object } ? S : never }[StateId];
type LevelId = { [S in LeveledId]: `${S}.${keyof States[S]["levels"] & string}` }[LeveledId];
type StandingId = keyof States["history"]["standings"];

// A declaration holds the names as texts; the types of `sum`, `count`, `median`, `level` and `customers` let no others in.
const measureId = ({ fact, measure }: Pick<Sum, "fact" | "measure">) => `${fact}.${measure}` as MeasureId;
const conditionId = (fact: FactId, name: string) => `${fact}.${name}` as ConditionId;
const levelId = ({ state, level }: Pick<Level | Holding | NonNullable<Sum["times"]>, "state" | "level">) =>
  `${state}.${level}` as LevelId;
const standingId = (name: string) => name as StandingId;

/** "orders placed in the period that were a customer's first ever", or how often they must have been. */
function countedInWords(place: Reader, { fact, where }: Count, did: Did | null): string {
  const things = did === null ? say(place, `counted.${fact}`) : didThings(place, fact, did);
  return where.reduce(
    (what, name) =>
      say(place, "formula.such", { what, condition: say(place, `condition.${conditionId(fact, name)}`) }),
    things,
  );
}

function didThings(place: Reader, fact: FactId, { atLeast: n, in: when }: Did): string {
  if (when === undefined)
    return n === 1 ? say(place, `countedOnce.${fact}`) : say(place, `countedOften.${fact}`, { n });
  return n === 1 ? say(place, `countedOnceBefore.${fact}`) : say(place, `countedOftenBefore.${fact}`, { n });
}

function didInWords(place: Reader, did: Did): string {
  const { computation } = declarationOf(declarations, did.of);
  if (computation.kind !== "count") throw new Error(`${did.of} counts nothing`);
  return countedInWords(place, computation, did);
}

const narrowed = (place: Reader, what: string, conditions: readonly string[]) =>
  conditions.reduce((all, condition) => say(place, "formula.narrowed", { what: all, condition }), what);

/** The formula in words, one level deep: "Net sales ÷ Customers who ordered". */
export function formulaOf(place: Reader, id: string): string {
  const { computation } = declarationOf(declarations, id);
  const label = (name: string) => kpiLabel(place, declaredId(name));
  const inside = (name: string) => kpiInSentence(place, declaredId(name));
  switch (computation.kind) {
    case "sum": {
      const conditions = computation.where.map((name) =>
        say(place, `condition.${conditionId(computation.fact, name)}`),
      );
      const what = say(place, `measure.${measureId(computation)}`);
      const summed = narrowed(place, what, conditions);
      return computation.times === null
        ? say(place, "formula.sum", { what: summed })
        : say(place, "formula.weighted", {
            what: summed,
            times: say(place, `level.${levelId(computation.times)}`),
          });
    }
    case "quantile": {
      const told = {
        of: inside(computation.of),
        what: say(place, `measure.${measureId(computation)}`),
      };
      return computation.at === 0.5
        ? say(place, "formula.median", told)
        : say(place, "formula.quantile", { ...told, percent: computation.at * 100 });
    }
    case "count":
      return say(place, "formula.count", { what: countedInWords(place, computation, null) });
    case "customers": {
      const did = computation.did.map((each) => didInWords(place, each));
      const who = say(place, `who.${computation.among}`);
      const what =
        did.length === 0
          ? who
          : say(place, "formula.with", {
              who,
              did: new Intl.ListFormat(place.locale, { type: "conjunction" }).format(did),
            });
      const standing = computation.standing.map((name) => say(place, `standing.${standingId(name)}`));
      const held = computation.held === null ? [] : [say(place, `held.${computation.held}`)];
      return say(place, "formula.count", { what: narrowed(place, what, [...standing, ...held]) });
    }
    case "among":
      return say(place, "formula.among", {
        what: label(computation.of),
        who: say(place, `who.${computation.among}`),
      });
    case "followed": {
      const { from, within: days, then, unless } = computation;
      if (then === null)
        return unless === null
          ? say(place, "formula.followed", { from: label(from), days })
          : say(place, "formula.followedWithout", { from: label(from), days, unless: inside(unless) });
      const of = { then: label(then), days, from: inside(from) };
      return unless === null
        ? say(place, "formula.thenOfFollowed", of)
        : say(place, "formula.thenOfFollowedWithout", { ...of, unless: inside(unless) });
    }
    case "level":
      return say(place, "formula.level", {
        what: say(place, `level.${levelId(computation)}`),
        who: say(place, `who.${computation.among}`),
      });
    case "holding":
      return say(place, "formula.holding", { what: say(place, `level.${levelId(computation)}`) });
    case "duration": {
      const { from, to, within: days } = computation;
      return say(place, "formula.duration", { from: label(from), to: label(to), days });
    }
    case "ratio": {
      const parts = {
        numerator: label(computation.numerator),
        denominator: label(computation.denominator),
      };
      return computation.over === "shop"
        ? say(place, "formula.ofShop", parts)
        : say(place, "formula.ratio", parts);
    }
    case "derived":
      return [
        computation.plus.map(label).join(" + "),
        ...computation.minus.map((name) => ` − ${label(name)}`),
      ].join("");
  }
}

/** The formula with the formulas of everything it names, down to what is counted or summed. */
export const explanationOf = (place: Reader, id: string): Explanation => ({
  id,
  label: kpiLabel(place, declaredId(id)),
  formula: formulaOf(place, id),
  inputs: inputsOf(declarationOf(declarations, id).computation).map((input) => explanationOf(place, input)),
});
