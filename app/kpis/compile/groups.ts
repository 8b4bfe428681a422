// Into which groups customers fall at the start of a day: the segments of a segmentation, or one or more sets beside everyone
// else; of the whole shop or within one segment. As joins to customers and one expression for each way of grouping.
import type { Rule } from "../cuts/rule.ts";
import {
  FIRST_TIME,
  GUEST,
  IN_SET,
  NO_ORDER,
  NOT_IN_SET,
  OUTSIDE,
  type Segmentation,
  UNGROUPED,
} from "../segmentations/segmentation.ts";
import { type Code, literal, membersAt, membersBySeveral, namedValues } from "./members.ts";
import type { Params } from "./params.ts";
import { compileRules } from "./rules.ts";

/** A segment of a segmentation, outside of which nobody is asked about. */
export interface Within {
  segmentation: Segmentation;
  segment: string;
}

/** Several segmentations side by side, without whoever is in some of their segments in either period. */
export interface Several {
  kind: "several";
  segmentations: readonly Segmentation[];
  without: readonly { way: number; segment: string }[];
}

export type Grouping = (
  { kind: "segments"; segmentation: Segmentation | null } | { kind: "sets"; rules: readonly Rule[] } | Several
) & { within?: Within };

export const wholeShop: Grouping = { kind: "segments", segmentation: null };

export const isWholeShop = (grouping: Grouping): boolean =>
  grouping.kind === "segments" && grouping.segmentation === null && grouping.within === undefined;

/** How many ways of grouping a statement answers side by side. */
export function waysOf(grouping: Grouping): number {
  if (grouping.kind === "segments") return 1;
  return (grouping.kind === "sets" ? grouping.rules : grouping.segmentations).length;
}

/** Segments we name ourselves stand in a statement as small numbers: engines group by them several times faster. */
export function codesOf(grouping: Grouping): { code: Code; idOf: (value: unknown) => string } {
  const { kind } = grouping;
  if (kind === "several") return { code: literal, idOf: String };
  if (kind === "segments" && grouping.segmentation?.kind === "valued") return { code: literal, idOf: String };
  const segments =
    kind === "sets"
      ? [IN_SET, NOT_IN_SET]
      : grouping.segmentation?.kind === "ruled"
        ? grouping.segmentation.segments
        : [];
  const ids = [...segments, UNGROUPED, FIRST_TIME, NO_ORDER, GUEST, OUTSIDE].map(({ id }) => id);
  return { code: (id) => String(ids.indexOf(id)), idOf: (value) => ids[Number(value)] ?? String(value) };
}

export interface Groups {
  /** Those of two days may be the same: a statement has each once. */
  ctes: string[];
  /** Joins to customers by key, one row each. */
  joins: string[];
  /** Alias of those who had an order by then. */
  members: string;
  /** @param bought SQL: whether somebody without an order by then has one since */
  segments: (bought: string) => string[];
  /** The group of strangers. */
  stranger: string;
}

/** @param key SQL of the customer's id */
export function groupsAt(
  grouping: Grouping,
  day: string,
  { suffix, key }: { suffix: string; key: string },
  params: Params,
  code: Code = literal,
): Groups {
  const members = `m_${suffix}`;
  const segmentation = grouping.kind === "segments" ? grouping.segmentation : null;
  const ctes =
    grouping.kind === "several"
      ? membersBySeveral(grouping.segmentations, day, suffix, params, code)
      : [
          ...(segmentation === null ? [] : namedValues(segmentation)),
          ...membersAt(segmentation, day, suffix, params, code),
        ];
  const joins = [`LEFT JOIN members_${suffix} AS ${members} ON ${members}.customer_id = ${key}`];
  const rules =
    grouping.kind === "sets"
      ? compileRules(grouping.rules, day, { suffix, states: members, key }, params)
      : null;
  ctes.push(...(rules?.ctes ?? []));
  joins.push(...(rules?.joins ?? []));

  const { within } = grouping;
  const outer = `w_${suffix}`;
  if (within !== undefined) {
    ctes.push(
      ...namedValues(within.segmentation, "named_w"),
      ...membersAt(within.segmentation, day, outer, params, literal, "named_w"),
    );
    joins.push(`LEFT JOIN members_${outer} AS ${outer} ON ${outer}.customer_id = ${key}`);
  }
  const inside = (segment: string) =>
    within === undefined
      ? segment
      : `CASE WHEN ${outer}.segment = ${params.text(within.segment)} THEN ${segment} ELSE ${code(OUTSIDE.id)} END`;

  return {
    ctes,
    joins,
    members,
    segments: (bought) => {
      const without = `CASE WHEN ${bought} THEN ${code(FIRST_TIME.id)} ELSE ${code(NO_ORDER.id)} END`;
      const isMember = `${members}.customer_id IS NOT NULL`;
      if (grouping.kind === "several")
        return grouping.segmentations.map((_, way) =>
          inside(`COALESCE(${members}.segment_${way}, ${without})`),
        );
      if (rules === null)
        return [
          inside(
            segmentation === null
              ? `CASE WHEN ${isMember} THEN ${code(UNGROUPED.id)} ELSE ${without} END`
              : `COALESCE(${members}.segment, ${without})`,
          ),
        ];
      return rules.conditions.map((holds) =>
        inside(
          `CASE WHEN ${holds} THEN ${code(IN_SET.id)} WHEN ${isMember} THEN ${code(NOT_IN_SET.id)} ELSE ${without} END`,
        ),
      );
    },
    stranger: code(within === undefined ? GUEST.id : OUTSIDE.id),
  };
}

/** The column of people that says their segment by one way of grouping. */
export const segmentColumn = (slice: string, way: number) => `segment_${slice}_${way}`;

/** One SELECT for each way of grouping over the same people, told apart by `way`. */
export const perWay = (ways: number, select: (way: number) => string): string =>
  Array.from({ length: ways }, (_, way) => select(way)).join("\nUNION ALL\n");
