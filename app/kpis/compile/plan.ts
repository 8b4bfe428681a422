// Which KPIs are asked for in one statement: those that share a fact, so that each fact is read once, and a slow one keeps no
// other waiting. What is nobody's is asked for apart.
import type { FactId } from "../facts/facts.ts";
import { movedFor, outsideOf, sumsOf } from "./parts.ts";

export interface Plan {
  /** KPIs by statement; there is one at least, for who is there. */
  batches: string[][];
  /** Facts of nobody that the KPIs need. */
  outside: FactId[];
}

export function planOf(ids: readonly string[]): Plan {
  const batches: { ids: string[]; facts: Set<FactId> }[] = [];
  const unmoved: string[] = [];
  for (const id of ids) {
    const facts = new Set(movedFor(sumsOf([id])).keys());
    if (facts.size === 0) {
      unmoved.push(id);
      continue;
    }
    const touched = batches.filter((batch) => [...facts].some((fact) => batch.facts.has(fact)));
    const joined = {
      ids: [...touched.flatMap((batch) => batch.ids), id],
      facts: new Set([...facts, ...touched.flatMap((batch) => [...batch.facts])]),
    };
    for (const batch of touched) batches.splice(batches.indexOf(batch), 1);
    batches.push(joined);
  }
  const [first = [], ...others] = batches.map((batch) => batch.ids);
  return { batches: [[...first, ...unmoved], ...others], outside: outsideOf(sumsOf(ids)) };
}
