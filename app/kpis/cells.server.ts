// Asks a view for the cells of KPIs: what customers moved in one statement, beside it what is nobody's and how long things take;
// and puts what belongs to one pair of segments together again.
import type { Reading, Row } from "../warehouse/warehouse.server.ts";
import { compileCells } from "./compile/cells.ts";
import { bucketKey, bucketOf } from "./compile/buckets.ts";
import type { Slice } from "./compile/contributions.ts";
import type { Params } from "./compile/params.ts";
import { compileOutside } from "./compile/outside.ts";
import { compileDurations, type Course, coursesOf } from "./compile/durations.ts";
import { type Grouping, waysOf, type Within } from "./compile/groups.ts";
import { compileFollowed, followingsOf } from "./compile/followed.ts";
import { compileOrderCells } from "./compile/order-cells.ts";
import { outsideOf, sumsOf } from "./compile/parts.ts";
import { PRESENCE } from "./compile/presence.ts";
import { RANDOM_GROUP } from "./compile/random-groups.ts";
import { compileQuantile, type QuantileGroups, quantilesOf, SPANS } from "./compile/quantiles.ts";
import { type SliceName, term } from "./compile/terms.ts";
import { cellsByBucket, compileTrend } from "./compile/trend.ts";
import { bucketsOf, type Grain, type Period } from "./period.ts";
import type { OrderCut } from "./cuts/orders.ts";
import type { Segmentation } from "./segmentations.ts";
import type { Cell } from "./sums.ts";

const KEYS = ["way", "segment_now", "segment_then", "bucket", RANDOM_GROUP, PRESENCE];

export function cellFrom(row: Row, then: unknown, idOf: (value: unknown) => string): Cell {
  const terms: Record<string, number> = {};
  for (const [name, value] of Object.entries(row)) {
    if (KEYS.includes(name)) continue;
    terms[name] = Number(value ?? 0);
  }
  return { now: idOf(row["segment_now"]), then: then === undefined ? "" : idOf(then), terms };
}

/** Rows of a quantile as cells: of a segment, in whichever period, and of what spans several of them. */
function quantileCells(
  rows: readonly Row[],
  id: string,
  slice: SliceName,
  idOf: (value: unknown) => string,
): Cell[] {
  const orNull = (value: unknown) => (value === null ? null : Number(value));
  return rows.map((row): Cell => {
    const span = SPANS[Number(row["span"])];
    const found = {
      ...{ owners: Number(row["owners"]), n: Number(row["n"]), middle: Number(row["middle"]) },
      ...{ low: orNull(row["low"]), high: orNull(row["high"]) },
    };
    const quantiles = new Map([[term.sum(id, slice), found]]);
    if (span !== undefined && span !== "group") return { now: "", then: "", terms: {}, quantiles, span };
    const segment = idOf(row["segment_now"]);
    return { now: segment, then: segment, terms: {}, quantiles };
  });
}

/** The cells of quantiles in the period, and in the compared one: a list for each way of grouping. */
async function askQuantiles(
  facts: Reading,
  ids: readonly string[],
  groups: QuantileGroups,
  now: Slice,
  then: Slice | null,
): Promise<Cell[][]> {
  const slices = [["now", now] as const, ...(then === null ? [] : [["then", then] as const])];
  const ways = groups.kind === "orders" ? 1 : waysOf(groups);
  const found = await Promise.all(
    quantilesOf(ids).flatMap(({ id, computation }) =>
      slices.map(async ([name, slice]) => {
        const { sql, params, idOf } = compileQuantile(computation, groups, slice);
        const rows = await facts.query<Row>(sql, params);
        return Array.from({ length: ways }, (_, way) =>
          quantileCells(
            rows.filter((row) => Number(row["way"]) === way),
            ...([id, name, idOf] as const),
          ),
        );
      }),
    ),
  );
  return Array.from({ length: ways }, (_, way) => found.flatMap((lists) => lists[way] ?? []));
}

/** One cell for each pair of segments; what is nobody's is added to a sum that customers have a part in, too. */
function merged(owned: readonly Cell[], beside: readonly (readonly Cell[])[]): Cell[] {
  if (beside.every((list) => list.length === 0)) return [...owned];
  const cells = new Map<string, Omit<Cell, "terms"> & { terms: Record<string, number> }>();
  for (const cell of [owned, ...beside].flat()) {
    const { now, then, span, terms: more, quantiles } = cell;
    const key = JSON.stringify([now, then, span]);
    const known = cells.get(key) ?? { ...cell, terms: {} };
    for (const [name, value] of Object.entries(more)) known.terms[name] = (known.terms[name] ?? 0) + value;
    const both =
      known.quantiles === quantiles ? quantiles : new Map([...(known.quantiles ?? []), ...(quantiles ?? [])]);
    cells.set(key, both === undefined ? known : { ...known, quantiles: both });
  }
  return [...cells.values()];
}

/** Rows of a course as cells: of a segment, in whichever period, for nobody begins twice. */
function courseCells(
  rows: readonly Row[],
  { from, to }: Course,
  slice: SliceName,
  idOf: (value: unknown) => string,
): Map<string, Cell[]> {
  const cells = new Map<string, Map<string, Record<string, number>>>();
  for (const row of rows) {
    const [bucket, segment] = [String(row["bucket"] ?? ""), idOf(row["segment_now"])];
    const days = Number(row["days"]);
    const name = Number(row["happened"]) === 1 ? term.took : term.seen;
    const segments = cells.get(bucket) ?? new Map<string, Record<string, number>>();
    cells.set(bucket, segments);
    const terms = segments.get(segment) ?? {};
    segments.set(segment, terms);
    terms[name(from, to, days, slice)] = Number(row["n"]);
  }
  return new Map(
    [...cells].map(([bucket, segments]) => [
      bucket,
      [...segments].map(([segment, terms]): Cell => ({ now: segment, then: segment, terms })),
    ]),
  );
}

/** What is nobody's is cut by what it shares with a segmentation, and by nothing else. */
export const segmentationIn = (grouping: Grouping): Segmentation | null =>
  grouping.kind === "segments" && grouping.within === undefined ? grouping.segmentation : null;

/**
 * Cells of the KPIs in the period, and in the compared one beside it: a list for each way of grouping.
 * @param last the last day that is wholly known
 */
export async function askCells(
  facts: Reading,
  ids: readonly string[],
  grouping: Grouping,
  now: Slice,
  then: Slice | null,
  last: string,
): Promise<Cell[][]> {
  const ways = Array.from({ length: waysOf(grouping) }, (_, way) => way);
  const byWay = <T>(rows: readonly Row[], of: (rows: readonly Row[]) => T): T[] =>
    ways.map((way) => of(rows.filter((row) => Number(row["way"]) === way)));
  const ask = async () => {
    const { sql, params, idOf } = compileCells(ids, grouping, now, then);
    return byWay(await facts.query<Row>(sql, params), (rows) =>
      rows.map((row) => cellFrom(row, row["segment_then"], idOf)),
    );
  };
  const slices = [["now", now.period] as const, ...(then === null ? [] : [["then", then.period] as const])];
  const nobodys = outsideOf(sumsOf(ids)).map(async (of) => {
    const { sql, params } = compileOutside(of, ids, segmentationIn(grouping), slices);
    // Of a segment, in whichever period: nobody has moved.
    const cells = (await facts.query<Row>(sql, params)).map((row) =>
      cellFrom(row, row["segment_now"], String),
    );
    return ways.map(() => cells);
  });
  const courses = coursesOf(ids).flatMap((course) =>
    (
      [
        ["now", now],
        ["then", then],
      ] as const
    ).map(async ([name, slice]) => {
      if (slice === null) return ways.map(() => []);
      const { sql, params, idOf } = compileDurations(course, grouping, slice, last);
      return byWay(
        await facts.query<Row>(sql, params),
        (rows) => courseCells(rows, course, name, idOf).get("") ?? [],
      );
    }),
  );
  const followings = followingsOf(ids).flatMap((following) =>
    (
      [
        ["now", now],
        ["then", then],
      ] as const
    ).map(async ([name, slice]) => {
      if (slice === null) return ways.map(() => []);
      const { sql, params, idOf } = compileFollowed(following, ids, grouping, [name, slice], last);
      return byWay(await facts.query<Row>(sql, params), (rows) =>
        rows.map((row) => cellFrom(row, row["segment_now"], idOf)),
      );
    }),
  );
  const quantiles = askQuantiles(facts, ids, grouping, now, then);
  const [own, beside] = await Promise.all([
    ask(),
    Promise.all([...nobodys, ...courses, ...followings, quantiles]),
  ]);
  return own.map((cells, way) =>
    merged(
      cells,
      beside.map((lists) => lists[way] ?? []),
    ),
  );
}

/** Customers who are alike in their segments and in all that they contributed, as cells of so many. */
export async function askAlike(
  facts: Reading,
  ids: readonly string[],
  grouping: Grouping,
  now: Slice,
  then: Slice,
): Promise<Cell[]> {
  const { sql, params, idOf } = compileCells(ids, grouping, now, then, "alike");
  return (await facts.query<Row>(sql, params)).map((row) => cellFrom(row, row["segment_then"], idOf));
}

/** Cells of KPIs over orders by orders' own groups. */
export async function askOrderCells(
  facts: Reading,
  ids: readonly string[],
  of: { cut: OrderCut; within: Within | undefined },
  now: Slice,
  then: Slice | null,
): Promise<Cell[]> {
  const { sql, params } = compileOrderCells(ids, of, now, then);
  const [rows, [quantiles = []]] = await Promise.all([
    facts.query<Row>(sql, params),
    askQuantiles(facts, ids, { kind: "orders", ...of }, now, then),
  ]);
  const cells = rows.map((row) => cellFrom(row, row["segment_then"], String));
  return merged(cells, [quantiles]).map((cell) => ({ ...cell, ofOrders: true }));
}

/** Cells of the KPIs by the period's days, weeks or months, of one way of grouping. */
export async function askTrend(
  facts: Reading,
  ids: readonly string[],
  grouping: Grouping,
  slice: Slice,
  grain: Grain,
  last: string,
): Promise<{ bucket: Period; cells: Cell[] }[]> {
  const ask = async (
    { sql, params }: { sql: string; params: (string | number)[] },
    idOf: (value: unknown) => string,
  ) =>
    (await facts.query<Row>(sql, params)).map((found) => ({
      bucket: found["bucket"] === null ? null : String(found["bucket"]),
      cell: cellFrom(found, undefined, idOf),
    }));
  const bucket = (day: string, params: Params) => bucketOf(slice.period, grain, day, params);
  const owned = async () => {
    const statement = compileTrend(ids, grouping, slice, grain);
    return cellsByBucket(ids, await ask(statement, statement.idOf), slice.period, grain);
  };
  const nobodys = outsideOf(sumsOf(ids)).map(async (of) => {
    const slices = [["now", slice.period] as const];
    const statement = compileOutside(of, ids, segmentationIn(grouping), slices, grain);
    return cellsByBucket([], await ask(statement, String), slice.period, grain);
  });
  const courses = coursesOf(ids).map(async (course) => {
    const { sql, params, idOf } = compileDurations(course, grouping, slice, last, bucket);
    const byBucket = courseCells(await facts.query<Row>(sql, params), course, "now", idOf);
    return bucketsOf(slice.period, grain).map((bucket) => ({
      bucket,
      cells: byBucket.get(bucketKey(bucket, grain)) ?? [],
    }));
  });
  const followings = followingsOf(ids).map(async (following) => {
    const { sql, params, idOf } = compileFollowed(following, ids, grouping, ["now", slice], last, bucket);
    return cellsByBucket([], await ask({ sql, params }, idOf), slice.period, grain);
  });
  const quantiles = quantilesOf(ids).map(async ({ id, computation }) => {
    const { sql, params, idOf } = compileQuantile(computation, grouping, slice, bucket);
    const rows = await facts.query<Row>(sql, params);
    return bucketsOf(slice.period, grain).map((bucket) => {
      const first = bucketKey(bucket, grain);
      const own = rows.filter((row) => String(row["bucket"]) === first);
      return { bucket, cells: quantileCells(own, id, "now", idOf) };
    });
  });
  const [own, beside] = await Promise.all([
    owned(),
    Promise.all([...nobodys, ...courses, ...followings, ...quantiles]),
  ]);
  return own.map(({ bucket, cells }, index) => ({
    bucket,
    cells: merged(
      cells,
      beside.map((list) => list[index]?.cells ?? []),
    ),
  }));
}
