// KPIs and a segmentation to one SQL statement whose text is the same on DuckDB and PostgreSQL. It answers one row per
// pair (segment in the period, segment in the compared period) with the sums from which every value, interval and change follows.
import { BOUGHT } from "../catalogue.ts";
import { customer, type FactId } from "../facts/facts.ts";
import type { Level } from "../kpi.ts";
import { FIRST_TIME, GUEST, NO_ORDER, type Segmentation, UNGROUPED } from "../segmentations.ts";
import { movedOf } from "./clusters.ts";
import { contribution, CUSTOMERS, type Slice, type Sources, stateAt } from "./contributions.ts";
import { type Code, literal, membersAt, namedValues } from "./members.ts";
import { Params } from "./params.ts";
import { movedFor } from "./parts.ts";
import { contributionsFor, type SliceName, termColumns } from "./terms.ts";

export interface Statement {
  sql: string;
  params: (string | number)[];
}

/** Segments we name ourselves stand in the statement as small numbers: engines group by them several times faster. */
function codesOf(segmentation: Segmentation): { code: Code; idOf: (value: unknown) => string } {
  if (segmentation.kind === "valued") return { code: literal, idOf: String };
  const ids = [
    ...segmentation.segments.map(({ id }) => id),
    ...[UNGROUPED, FIRST_TIME, NO_ORDER, GUEST].map(({ id }) => id),
  ];
  return { code: (id) => String(ids.indexOf(id)), idOf: (value) => ids[Number(value)] ?? String(value) };
}

/** What customers moved, or had come to, in one slice: names of CTEs and aliases. */
const moved = (fact: FactId, slice: SliceName) => `moved_${fact}_${slice}`;
const alias = (fact: FactId, slice: SliceName) => `f_${fact}_${slice}`;

/**
 * What a member had come to by the period's end: the state that made him a member and what flowed since where the two adjoin,
 * the state at the end otherwise.
 */
function reachedBy(
  { period, membersOn }: Slice,
  suffix: SliceName,
  flow: (name: string) => string,
  atTheEnd: (state: Level["state"]) => string,
) {
  const members = `m_${suffix}`;
  return ({ state, level, flow: name }: Level): string => {
    if (membersOn === period.to) return `${members}.${level}`;
    if (membersOn === period.from) return `${members}.${level} + COALESCE(${flow(name)}, 0)`;
    return `COALESCE(${atTheEnd(state)}.${level}, 0)`;
  };
}

/** A batch of KPIs in one statement; `then` is the compared period. `idOf` reads the segments of its rows. */
export function compileCells(
  ids: readonly string[],
  segmentation: Segmentation,
  now: Slice,
  then: Slice | null,
): Statement & { idOf: (value: unknown) => string } {
  const { code, idOf } = codesOf(segmentation);
  const params = new Params();
  const slices: [SliceName, Slice][] = [
    ["now", now],
    ...(then === null ? [] : [["then", then] as [SliceName, Slice]]),
  ];
  const names = contributionsFor(ids);
  const facts = movedFor([BOUGHT.of, ...names]);
  const ctes = namedValues(segmentation);
  const joins: string[] = [];
  const customers: string[] = [];
  const strangers = new Map([...facts.keys()].map((fact) => [fact, [] as string[]]));

  for (const [suffix, slice] of slices) {
    ctes.push(...membersAt(segmentation, slice.membersOn, suffix, params, code));
    joins.push(
      `LEFT JOIN members_${suffix} AS m_${suffix} ON m_${suffix}.customer_id = ${CUSTOMERS}.${customer.key}`,
    );
    for (const [fact, sums] of facts) {
      ctes.push(`${moved(fact, suffix)} AS (${movedOf(fact, sums, slice, params)})`);
      joins.push(
        `LEFT JOIN ${moved(fact, suffix)} AS ${alias(fact, suffix)} ON ${alias(fact, suffix)}.cluster = ${CUSTOMERS}.${customer.key}`,
      );
    }
    const ends = new Set<string>();
    const atTheEnd = (state: Level["state"]) => {
      const end = `e_${state}_${suffix}`;
      if (!ends.has(end))
        joins.push(stateAt(state, slice.period.to, end, `${CUSTOMERS}.${customer.key}`, params));
      ends.add(end);
      return end;
    };
    const ofCustomer = (fact: FactId) => alias(fact, suffix);
    const sources: Sources = {
      moved: ofCustomer,
      members: `m_${suffix}`,
      membersOn: params.day(slice.membersOn),
      reached: reachedBy(slice, suffix, (name) => contribution(name, sources), atTheEnd),
    };
    const bought = `${contribution(BOUGHT.of, sources)} >= ${BOUGHT.atLeast}`;
    customers.push(
      `COALESCE(m_${suffix}.segment, CASE WHEN ${bought} THEN ${code(FIRST_TIME.id)} ELSE ${code(NO_ORDER.id)} END) AS segment_${suffix}`,
      ...names.map((name) => `${contribution(name, sources)} AS ${name}_${suffix}`),
    );
    for (const [fact, columns] of strangers) {
      const theirs = {
        ...sources,
        members: null,
        moved: (of: FactId) => (of === fact ? ofCustomer(of) : null),
      };
      columns.push(
        `${code(GUEST.id)} AS segment_${suffix}`,
        ...names.map((name) => `${contribution(name, theirs)} AS ${name}_${suffix}`),
      );
    }
  }

  const apart = (fact: FactId, suffix: SliceName) =>
    `(SELECT * FROM ${moved(fact, suffix)} WHERE cluster < 0) AS ${alias(fact, suffix)}`;
  const branches = [...strangers].map(
    ([fact, columns]) => `SELECT ${columns.join(",\n    ")}
  FROM ${apart(fact, "now")}${then === null ? "" : ` FULL JOIN ${apart(fact, "then")} ON ${alias(fact, "then")}.cluster = ${alias(fact, "now")}.cluster`}`,
  );
  ctes.push(`people AS (
  SELECT ${customers.join(",\n    ")}
  FROM ${customer.rows} AS ${CUSTOMERS}
  ${joins.join("\n  ")}
  UNION ALL
  ${branches.join("\n  UNION ALL\n  ")})`);

  const keys = slices.map(([suffix]) => `segment_${suffix}`).join(", ");
  const terms = termColumns(
    ids,
    slices.map(([suffix]) => suffix),
  );
  return {
    sql: `WITH ${ctes.join(",\n")}\nSELECT ${keys},\n  ${terms.join(",\n  ")}\nFROM people GROUP BY ${keys}`,
    params: params.values,
    idOf,
  };
}
