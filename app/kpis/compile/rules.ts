// A rule about customers as SQL, at the start of a day: conditions over what is joined to a customer by key.
import { BOUGHT } from "../catalogue.ts";
import type { leavesOf } from "../cuts/rule.ts";
import { type Rule } from "../cuts/rule.ts";
import { addDays } from "../period.ts";
import { segmentationOf } from "../segmentations.ts";
import { countedRows } from "./clusters.ts";
import { membersAt, namedValues } from "./members.ts";
import type { Params } from "./params.ts";

export interface Compiled {
  ctes: string[];
  /** Joins to customers by key, one row each. */
  joins: string[];
  /** Of each rule: whether it holds of a customer, never NULL. */
  conditions: string[];
}

/**
 * @param states alias of the states of the day, joined to every customer; without a row: no order by then
 * @param key SQL of the customer's id
 */
export function compileRules(
  rules: readonly Rule[],
  day: string,
  { suffix, states, key }: { suffix: string; states: string; key: string },
  params: Params,
): Compiled {
  const ctes: string[] = [];
  const joins: string[] = [];
  const known = new Map<string, string>();
  /** What is asked for by several conditions is joined once. */
  const joined = (of: readonly unknown[], build: (name: string) => string): string => {
    const id = JSON.stringify(of);
    const found = known.get(id);
    if (found !== undefined) return found;
    const name = `r${known.size}_${suffix}`;
    known.set(id, name);
    joins.push(`LEFT JOIN ${build(name)} AS ${name} ON ${name}.customer_id = ${key}`);
    return name;
  };
  const at = params.day(day);
  const between = (value: string, { atLeast, atMost }: { atLeast?: number; atMost?: number }) => {
    const bounds = [
      ...(atLeast === undefined ? [] : [`${value} >= CAST(${params.number(atLeast)} AS BIGINT)`]),
      ...(atMost === undefined ? [] : [`${value} <= CAST(${params.number(atMost)} AS BIGINT)`]),
    ];
    return bounds.length === 0 ? "TRUE" : bounds.join(" AND ");
  };

  const condition = (rule: Rule): string => {
    if ("all" in rule) return `(${rule.all.map(condition).join(" AND ")})`;
    if ("any" in rule) return `(${rule.any.map(condition).join(" OR ")})`;
    if ("not" in rule) return `NOT ${condition(rule.not)}`;
    return `COALESCE(${leafCondition(rule)}, FALSE)`;
  };
  const leafCondition = (rule: ReturnType<typeof leavesOf>[number]): string => {
    if ("tag" in rule) {
      // Stored as JSON, whose text of a tag stands between quotes nowhere else.
      const text = params.text(JSON.stringify(rule.tag));
      const tagged = joined(
        ["tag", rule.tag],
        () => `(SELECT customer_id FROM customers WHERE strpos(lower(tags), lower(${text})) > 0)`,
      );
      return `${tagged}.customer_id IS NOT NULL`;
    }
    if ("had" in rule) return between(`COALESCE(${states}.${rule.had}, 0)`, rule);
    if ("since" in rule) return between(`${at} - ${states}.${rule.since}`, rule);
    if ("ordered" in rule) {
      const { rowsAs, owner, day: on, where } = countedRows(BOUGHT.of);
      const from = params.day(addDays(day, -rule.ordered));
      const orders = joined(
        ["ordered", rule.ordered],
        () =>
          `(SELECT ${owner} AS customer_id, COUNT(*) AS n FROM ${rowsAs("ordered")} WHERE ${where} AND ${on} >= ${from} AND ${on} < ${at} AND ${owner} IS NOT NULL GROUP BY 1)`,
      );
      return between(`COALESCE(${orders}.n, 0)`, rule);
    }
    const declared = segmentationOf(rule.segmentation);
    const members = joined(["segmentation", rule.segmentation], (name) => {
      const named = `named_${rule.segmentation}`;
      ctes.push(...namedValues(declared, named), ...membersAt(declared, day, name, params, undefined, named));
      return `members_${name}`;
    });
    return `${members}.segment = ${params.text(rule.segment)}`;
  };
  return { ctes, joins, conditions: rules.map(condition) };
}
