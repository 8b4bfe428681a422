// What the rows behind a figure are, as SQL: what a cell is added up from, before it is added up, of whoever is in its segment.
import { BOUGHT } from "../catalogue.ts";
import type { OrderCut } from "../cuts/orders.ts";
import { customer, factOf, type FactId } from "../facts/facts.ts";
import {
  FIRST_TIME,
  GUEST,
  IN_SET,
  NO_ORDER,
  NOT_IN_SET,
  OUTSIDE,
  UNGROUPED,
  UNKNOWN,
} from "../segmentations/segmentation.ts";
import { movedOf } from "./clusters.ts";
import { contribution, type Slice, type Sources } from "./contributions.ts";
import { courseIn } from "./durations.ts";
import { followedIn, followingsOf } from "./followed.ts";
import { codesOf, type Grouping, groupsAt, isWholeShop, segmentColumn, type Within } from "./groups.ts";
import { literal, membersAt, namedValues } from "./members.ts";
import { groupsOfOrders, ORDERS } from "./order-cells.ts";
import { outsideRows } from "./outside.ts";
import type { Params } from "./params.ts";
import { movedFor } from "./parts.ts";
import { KEY, peopleIn } from "./people.ts";
import { observedIn, type QuantileGroups } from "./quantiles.ts";
import type { RowList, RowsOf } from "./row-lists.ts";

/** Which segments a figure is of. */
export type Holds = { is: string } | { not: readonly string[] };

export type RowGroups =
  | { of: "customers"; grouping: Grouping; holds: Holds }
  /** `group` null: whichever. */
  | { of: "orders"; cut: OrderCut; within: Within | undefined; group: string | null };

export interface RowsAsked {
  list: RowList;
  groups: RowGroups;
  slice: Slice;
  /** The last day that is wholly known. */
  last: string;
}

/** Rows with ids, days, values v0, v1 …, and texts k0, k1 … of what is nobody's. */
export interface Found {
  ctes: readonly string[];
  sql: string;
  keys: readonly string[];
}

const NO_DAYS = "CAST(NULL AS DATE) AS first_day, CAST(NULL AS DATE) AS last_day";
const value = (sql: string, index: number) => `COALESCE(${sql}, 0e0) AS v${index}`;

const OURS: readonly string[] = [
  ...[FIRST_TIME, NO_ORDER, GUEST, UNGROUPED, OUTSIDE, IN_SET, NOT_IN_SET].map(({ id }) => id),
];

/** How a segment that somebody named stands in a statement. */
function idIn(grouping: Grouping, id: string, params: Params): string {
  const isOfValues = grouping.kind === "segments" && grouping.segmentation?.kind === "valued";
  return isOfValues && !OURS.includes(id) ? params.text(id) : codesOf(grouping).code(id);
}

function holdsIn(grouping: Grouping, holds: Holds, segment: string, params: Params): string[] {
  if ("is" in holds) return [`${segment} = ${idIn(grouping, holds.is, params)}`];
  return holds.not.map((id) => `${segment} <> ${idIn(grouping, id, params)}`);
}

const isEveryone = (holds: Holds) => "not" in holds && holds.not.length === 0;
/** Who has none of it is told apart from who has it first in these days. */
const isByFirstOrder = (holds: Holds) =>
  isOneOf(holds, FIRST_TIME.id, NO_ORDER.id) || ("not" in holds && holds.not.includes(FIRST_TIME.id));
const isOneOf = (holds: Holds, ...ids: string[]) => "is" in holds && ids.includes(holds.is);

const alias = (fact: FactId) => `f_${fact}`;

/** Orders with what they moved. */
function ordersIn({ list, groups, slice }: RowsAsked, params: Params): Found {
  const names = [...list.columns.map(({ id }) => id), ...list.counted];
  const ctes: string[] = [];
  const facts = [...movedFor(names).moved].map(([fact, sums]) => {
    const { order } = factOf(fact);
    if (order === null) throw new Error(`${fact} is about no order`);
    const name = `moved_${fact}`;
    ctes.push(`${name} AS (${movedOf(fact, sums, slice, params, { sql: order, days: list.counted })})`);
    return { from: `${name} AS ${alias(fact)}`, alias: alias(fact) };
  });
  const [one, ...others] = facts.map((each) => each.from);
  const from = [one, ...others.map((other) => `FULL JOIN ${other} USING (cluster, bucket)`)].join("\n  ");
  const day = (which: "first" | "last") => {
    const days = facts.map((each) => `${each.alias}.${which}_day`);
    return days.length === 1 ? days[0] : `${which === "first" ? "LEAST" : "GREATEST"}(${days.join(", ")})`;
  };
  const unknown = () => {
    throw new Error("rows of orders know no members");
  };
  const sources: Sources = {
    ...{ moved: alias, before: () => null, g90: "NULL", members: null, membersOn: "" },
    ...{ reached: unknown, held: unknown },
  };
  const of = (name: string) => contribution(name, sources);
  const grouped =
    groups.of === "orders" ? orderGroups(groups, slice, params) : customerGroups(groups, slice, params);
  const where = [
    `(${list.counted.map((name) => `COALESCE(${of(name)}, 0) <> 0`).join(" OR ")})`,
    ...(list.strangers ? [] : ["cluster > 0"]),
    ...grouped.where,
  ];
  return {
    ctes: [...ctes, ...grouped.ctes],
    keys: [],
    sql: `SELECT bucket AS id, cluster AS owner, ${day("first")} AS first_day, ${day("last")} AS last_day,
    ${list.columns.map(({ id }, index) => value(of(id), index)).join(", ")}
  FROM ${from}
  ${grouped.joins.join("\n  ")}
  WHERE ${where.join(" AND ")}`,
  };
}

interface Grouped {
  ctes: readonly string[];
  joins: readonly string[];
  where: readonly string[];
}

/** Orders in groups of their own. */
function orderGroups(
  { cut, within, group }: Extract<RowGroups, { of: "orders" }>,
  { membersOn }: Slice,
  params: Params,
): Grouped {
  if (group === null) return { ctes: [], joins: [], where: [] };
  return {
    ctes: [
      ...groupsOfOrders(cut),
      ...(within === undefined
        ? []
        : [
            ...namedValues(within.segmentation, "named_w"),
            ...membersAt(within.segmentation, membersOn, "w", params, literal, "named_w"),
          ]),
    ],
    joins: [
      `LEFT JOIN ${ORDERS} AS o ON o.of_order = bucket`,
      ...(within === undefined ? [] : ["LEFT JOIN members_w AS w ON w.customer_id = cluster"]),
    ],
    where: [
      `COALESCE(o.own_group, ${literal(UNKNOWN)}) = ${params.text(group)}`,
      ...(within === undefined ? [] : [`w.segment = ${params.text(within.segment)}`]),
    ],
  };
}

/** Orders of customers in groups: whoever is no customer and no stranger is in none. */
function customerGroups(
  { grouping, holds }: Extract<RowGroups, { of: "customers" }>,
  slice: Slice,
  params: Params,
): Grouped {
  const known = {
    joins: [`LEFT JOIN ${customer.rows} AS c ON c.${customer.key} = cluster`],
    where: [`(cluster < 0 OR c.${customer.key} IS NOT NULL)`],
  };
  if (isEveryone(holds)) return { ctes: [], ...known };
  if (isOneOf(holds, GUEST.id) && (grouping.within === undefined || isWholeShop(grouping)))
    return { ctes: [], joins: [], where: ["cluster < 0"] };
  const { code } = codesOf(grouping);
  const groups = groupsAt(grouping, slice.membersOn, { suffix: "now", key: "cluster" }, params, code);
  const bought = isByFirstOrder(holds) ? boughtIn(slice, params) : null;
  const [segment = ""] = groups.segments(bought === null ? "FALSE" : "bought.buyer IS NOT NULL");
  return {
    ctes: [...groups.ctes, ...(bought === null ? [] : [`buyers AS (${bought})`])],
    joins: [
      ...known.joins,
      ...groups.joins,
      ...(bought === null ? [] : ["LEFT JOIN buyers AS bought ON bought.buyer = cluster"]),
    ],
    where: [
      ...known.where,
      ...holdsIn(
        grouping,
        holds,
        `CASE WHEN cluster < 0 THEN ${groups.stranger} ELSE ${segment} END`,
        params,
      ),
    ],
  };
}

function boughtIn(slice: Slice, params: Params): string {
  const [found] = [...movedFor([BOUGHT.of]).moved];
  if (found === undefined) throw new Error(`${BOUGHT.of} is moved by nobody`);
  const [fact, sums] = found;
  return `SELECT cluster AS buyer FROM (${movedOf(fact, sums, slice, params)}) AS moved WHERE ${BOUGHT.of} >= ${BOUGHT.atLeast}`;
}

/** Customers with what they add; strangers as their orders. */
function customersIn({ list, groups, slice }: RowsAsked, params: Params): Found {
  const { grouping, holds } = ofCustomers(groups);
  const names = [...new Set([...list.columns.map(({ id }) => id), ...list.counted])];
  const ctes = peopleIn(names, grouping, [["now", slice]], {
    ...{ params, code: codesOf(grouping).code },
    own: { customers: [`${KEY} AS person`], strangers: ["cluster AS person"] },
  });
  const where = [
    `(${list.counted.map((name) => `COALESCE(${name}_now, 0) <> 0`).join(" OR ")})`,
    ...(list.strangers ? [] : ["person > 0"]),
    ...holdsIn(grouping, holds, segmentColumn("now", 0), params),
  ];
  return {
    ctes,
    keys: [],
    sql: `SELECT person AS id, person AS owner, ${NO_DAYS},
    ${list.columns.map(({ id }, index) => value(`${id}_now`, index)).join(", ")}
  FROM people WHERE ${where.join(" AND ")}`,
  };
}

function ofCustomers(groups: RowGroups): Extract<RowGroups, { of: "customers" }> {
  if (groups.of === "orders") throw new Error("groups of orders know no customers");
  return groups;
}

/** Customers to whom something happened, as far as they are followed for as long as is told. */
function followersIn({ list, groups, slice, last }: RowsAsked, params: Params): Found {
  const { grouping, holds } = ofCustomers(groups);
  const names = list.columns.map(({ id }) => id);
  const [following, ...others] = followingsOf(names);
  if (following === undefined || others.length > 0) throw new Error(`${names.join()} are followed apart`);
  const { code } = codesOf(grouping);
  const ctes = followedIn(following, grouping, ["now", slice], last, { params, code });
  const where = [
    "is_over",
    `(${list.counted.map((name) => `COALESCE(${name}_now, 0) <> 0`).join(" OR ")})`,
    ...holdsIn(grouping, holds, segmentColumn("now", 0), params),
  ];
  return {
    ctes,
    keys: [],
    sql: `SELECT owner AS id, owner, since AS first_day, since AS last_day,
    ${names.map((name, index) => value(`${name}_now`, index)).join(", ")}
  FROM people WHERE ${where.join(" AND ")}`,
  };
}

/** Customers with the days that it took, or for which they have been followed. */
function courseRows(
  { groups, slice, last }: RowsAsked,
  { course }: Extract<RowsOf, { of: "course" }>,
  params: Params,
): Found {
  const { grouping, holds } = ofCustomers(groups);
  const { code } = codesOf(grouping);
  const { within: days } = course;
  const ctes = courseIn({ ...course, days }, grouping, slice, last, { params, code });
  const where = ["TRUE", ...holdsIn(grouping, holds, segmentColumn("now", 0), params)];
  return {
    ctes,
    keys: [],
    sql: `SELECT owner AS id, owner, since AS first_day, since AS last_day,
    CAST(COALESCE(took, LEAST(seen, ${days})) AS DOUBLE PRECISION) AS v0, CASE WHEN took IS NULL THEN 0e0 ELSE 1e0 END AS v1
  FROM followed WHERE ${where.join(" AND ")}`,
  };
}

/** Values with their places, from the smallest on. */
function valuesIn(
  { list, groups, slice }: RowsAsked,
  { quantile }: Extract<RowsOf, { of: "values" }>,
  params: Params,
): Found {
  const { order, day } = factOf(quantile.fact);
  const isByOrder = groups.of === "orders";
  const grouping: QuantileGroups = isByOrder
    ? { kind: "orders", cut: groups.cut, within: groups.within }
    : groups.grouping;
  const own = [`r.${order ?? factOf(quantile.fact).owner?.customer ?? day} AS of_row`, `r.${day} AS of_day`];
  const { ctes } = observedIn(quantile, grouping, slice, params, own);
  const segment = segmentColumn("now", 0);
  const where = [
    "TRUE",
    ...(list.strangers ? [] : ["cluster > 0"]),
    ...(isByOrder
      ? groups.group === null
        ? []
        : [`${segment} = ${params.text(groups.group)}`]
      : holdsIn(groups.grouping, groups.holds, segment, params)),
  ];
  return {
    ctes,
    keys: [],
    sql: `SELECT of_row AS id, cluster AS owner, of_day AS first_day, of_day AS last_day, v AS v0,
    ROW_NUMBER() OVER (ORDER BY v, of_row) AS place
  FROM observed WHERE ${where.join(" AND ")}`,
  };
}

function nobodysIn(
  { list, groups, slice }: RowsAsked,
  { outside }: Extract<RowsOf, { of: "nobodys" }>,
  params: Params,
): Found {
  const { grouping, holds } = ofCustomers(groups);
  const segmentation = grouping.kind === "segments" ? grouping.segmentation : null;
  const { ctes, keys, sql } = outsideRows(
    outside,
    list.columns.map(({ id }) => id),
    {
      ...{ period: slice.period, segmentation },
      segment: "is" in holds ? idIn(grouping, holds.is, params) : null,
    },
    params,
  );
  const texts = keys.map((_, index) => `k${index}`).join(", ");
  return {
    ctes,
    keys,
    sql: `SELECT ROW_NUMBER() OVER (ORDER BY ${texts}) AS id, CAST(NULL AS BIGINT) AS owner, ${NO_DAYS}, by_key.*
  FROM (${sql}) AS by_key WHERE ${list.columns.map((_, index) => `v${index} <> 0`).join(" OR ")}`,
  };
}

/** The rows of a list, before anything is asked of them. */
export function foundIn(asked: RowsAsked, params: Params): Found {
  const { rows } = asked.list;
  switch (rows.of) {
    case "orders":
      return ordersIn(asked, params);
    case "customers":
      return customersIn(asked, params);
    case "followed":
      return followersIn(asked, params);
    case "course":
      return courseRows(asked, rows, params);
    case "values":
      return valuesIn(asked, rows, params);
    case "nobodys":
      return nobodysIn(asked, rows, params);
  }
}
