// How a figure is worked out, in words: one level deep, or down to what is counted and summed.
import { factOf, stateOf } from "./facts/facts.ts";
import { type Among, type Count, declarationOf, type Declarations, type Did, inputsOf } from "./kpi.ts";

const WHO: Readonly<Record<Among, string>> = {
  everyone: "customers",
  members: "members",
  members_with_order: "members who had ordered",
};

/** "3 or more orders placed in the period that were a customer's first ever"; null: "orders …". */
function countedInWords({ fact, where }: Count, atLeast: number | null): string {
  const { counted, conditions } = factOf(fact);
  const things =
    atLeast === null ? counted.many : atLeast === 1 ? counted.one : `${atLeast} or more ${counted.many}`;
  return [things, ...where.map((name) => conditions[name]?.said ?? "")].join(" ");
}

function didInWords(all: Declarations, { of, atLeast, in: when }: Did): string {
  const { computation } = declarationOf(all, of);
  if (computation.kind !== "count") throw new Error(`${of} counts nothing`);
  const words = countedInWords(computation, atLeast);
  return when === undefined ? words : words.replace("in the period", "in the period before");
}

const lower = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);

/** The formula in words, one level deep: "Net sales ÷ Customers who ordered". */
export function formulaOf(all: Declarations, id: string): string {
  const { computation } = declarationOf(all, id);
  const label = (name: string) => declarationOf(all, name).label;
  switch (computation.kind) {
    case "sum": {
      const { measures, conditions } = factOf(computation.fact);
      const said = computation.where.map((name) => `, ${conditions[name]?.said ?? ""}`).join("");
      return `Sum of: ${measures[computation.measure]?.words ?? ""}${said}`;
    }
    case "quantile": {
      const words = factOf(computation.fact).measures[computation.measure]?.words ?? "";
      const which = computation.at === 0.5 ? "Median" : `${computation.at * 100} % quantile`;
      return `${which} over ${lower(label(computation.of))} of: ${words}`;
    }
    case "count":
      return `Count of ${countedInWords(computation, null)}`;
    case "customers": {
      const did = computation.did.map((each) => didInWords(all, each));
      const { standings } = stateOf("history");
      const standing = computation.standing.map((name) => `, ${standings[name]?.said ?? ""}`).join("");
      return `Count of ${WHO[computation.among]}${did.length === 0 ? "" : ` with ${did.join(" and ")}`}${standing}`;
    }
    case "among":
      return `${label(computation.of)} of ${WHO[computation.among]}`;
    case "followed": {
      const { from, within, then, unless } = computation;
      const base = `${label(from)} followed for ${within} days${unless === null ? "" : `, without ${lower(label(unless))} by then`}`;
      return then === null ? base : `${label(then)} within ${within} days, of ${lower(base)}`;
    }
    case "level": {
      const words = stateOf(computation.state).levels[computation.level]?.words ?? "";
      return `Sum of ${words} to the end of the period, over ${WHO[computation.among]}`;
    }
    case "duration":
      return `${label(computation.from)} → ${label(computation.to)} within ${computation.within} days (Kaplan–Meier)`;
    case "ratio":
      return computation.over === "shop"
        ? `${label(computation.numerator)} of the segment ÷ ${label(computation.denominator)} of the shop`
        : `${label(computation.numerator)} ÷ ${label(computation.denominator)}`;
    case "derived":
      return (
        computation.plus.map(label).join(" + ") +
        computation.minus.map((name) => ` − ${label(name)}`).join("")
      );
  }
}

/** The formula with the formulas of everything it names, down to what is counted or summed. */
export interface Explanation {
  id: string;
  label: string;
  formula: string;
  inputs: Explanation[];
}

export function explanationOf(all: Declarations, id: string): Explanation {
  const { label, computation } = declarationOf(all, id);
  return {
    id,
    label,
    formula: formulaOf(all, id),
    inputs: inputsOf(computation).map((input) => explanationOf(all, input)),
  };
}
