// The semantic layer's front door: a question in KPIs, a segmentation and a period; an answer with reasons.
// Answers are kept by the shop's data version, so that an unchanged page costs one read of shop_meta.
import { ShopNotReady, UnknownSegment } from "../errors.ts";
import type { Row, ShopMeta, Warehouse } from "../warehouse/warehouse.server.ts";
import type {
  Answer,
  KpiCell,
  Member,
  Question,
  Reason,
  SegmentAnswer,
  SegmentSummary,
  TrendPoint,
} from "./answer.ts";
import { kpis, type KpiId, type SegmentationId } from "./catalogue.ts";
import { compileCells, membersAt, namedValues, type Slice } from "./compile.ts";
import { cellOf, type Cell, type RowOf } from "./estimate.ts";
import { Params } from "./params.ts";
import { keep } from "./kept.server.ts";
import {
  comparedPeriod,
  isWholeBucket,
  membershipDay,
  type Grain,
  type MembersAt,
  type Period,
} from "./period.ts";
import {
  GUEST,
  NO_ORDER,
  OTHER,
  segmentationOf,
  TOTAL,
  UNKNOWN,
  valueLabelOf,
  type Segmentation,
} from "./segmentations.ts";
import { cellsByBucket, compileTrend } from "./trend.ts";

export type {
  Answer,
  Change,
  KpiCell,
  Member,
  Question,
  Reason,
  SegmentAnswer,
  SegmentSummary,
  TrendPoint,
} from "./answer.ts";

async function metaOf(warehouse: Warehouse, shop: string): Promise<ShopMeta> {
  const meta = await warehouse.meta(shop);
  if (meta === null) throw new ShopNotReady(shop);
  return meta;
}

/** Why a figure of a period cannot be told from what is loaded. Segments are judged by orders ever, so they need all of them. */
function blockedBy(meta: ShopMeta, id: KpiId, period: Period, row: RowOf["kind"]): Reason | null {
  if (meta.history === "complete") return null;
  if (meta.history === "customers_hidden") {
    // New orders do not name their customers, so that only sums over all orders are whole.
    const scopes: readonly string[] = kpis[id].needs.scopes;
    if (row !== "total" || scopes.includes("read_customers")) return "customers_hidden";
    if (meta.loaded_from === null) return null;
  }
  if (meta.history === "empty" || kpis[id].needs.history === "complete") return missingHistory(meta);
  if (row === "segment" || row === "no_order") return missingHistory(meta);
  return meta.loaded_from === null || period.from < meta.loaded_from ? missingHistory(meta) : null;
}

/** Why what needs all orders and their customers is not there. */
export const missingHistory = ({ history }: ShopMeta): Reason =>
  history === "retention"
    ? "history_not_kept"
    : history === "customers_hidden"
      ? "customers_hidden"
      : "history_incomplete";

const KEYS = ["segment_now", "segment_then", "bucket"];

/** Sums beyond 2^53 would no longer be exact: an error, never a figure. Sums of products may be. */
function cellFrom(row: Row, idOf: (value: unknown) => string): Cell {
  const terms: Record<string, number> = {};
  for (const [name, value] of Object.entries(row)) {
    if (KEYS.includes(name)) continue;
    terms[name] = Number(value ?? 0);
    if (name.startsWith("s_") && !Number.isSafeInteger(terms[name])) {
      throw new RangeError(`the sum ${name} is ${String(value)}, beyond what a number holds exactly`);
    }
  }
  const then = row["segment_then"];
  return { now: idOf(row["segment_now"]), then: then === undefined ? "" : idOf(then), terms };
}

interface Listed {
  id: string;
  label: string;
  description: string;
}

/** The segments in order: as declared, or by members (years: newest first) with the rest and the unknown last. */
function listed(segmentation: Segmentation, members: ReadonlyMap<string, number>): Listed[] {
  if (segmentation.kind === "ruled") return [...segmentation.segments];
  const rank = (id: string) => (id === UNKNOWN ? 2 : id === OTHER ? 1 : 0);
  const count = (id: string) => members.get(id) ?? 0;
  const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  return [...members.keys()]
    .filter((id) => id !== NO_ORDER.id && id !== GUEST.id)
    .sort((a, b) => {
      if (rank(a) !== rank(b)) return rank(a) - rank(b);
      return segmentation.order === "newest" ? byText(b, a) : count(b) - count(a) || byText(a, b);
    })
    .map((id) => {
      const label = valueLabelOf(segmentation, id);
      return { id, label, description: `${segmentation.label}: ${label}.` };
    });
}

/** KPIs by segment and in total, compared as asked. Throws ShopNotReady before the first sync. */
export async function queryKpis(warehouse: Warehouse, shop: string, question: Question): Promise<Answer> {
  const meta = await metaOf(warehouse, shop);
  const { kpis: ids, segmentation, period, comparison, membersAt: instant, today } = question;
  const key = JSON.stringify([
    "kpis",
    shop,
    meta.data_version,
    ids,
    segmentation,
    period,
    comparison,
    instant,
    today,
  ]);
  return keep(warehouse, key, () => answerOf(warehouse, shop, meta, question));
}

async function answerOf(
  warehouse: Warehouse,
  shop: string,
  meta: ShopMeta,
  question: Question,
): Promise<Answer> {
  const { kpis: ids, period, membersAt: instant, today } = question;
  const segmentation = segmentationOf(question.segmentation);
  const compared = comparedPeriod(period, question.comparison, today);
  const slice = (of: Period): Slice => ({ period: of, membersOn: membershipDay(of, instant, today) });
  const statement = compileCells(
    ids,
    segmentation,
    slice(period),
    compared === null ? null : slice(compared),
  );
  const cells = (await warehouse.query<Row>(shop, statement.sql, statement.params)).map((row) =>
    cellFrom(row, statement.idOf),
  );

  const members = new Map<string, number>();
  for (const { now, then, terms } of cells) {
    members.set(now, (members.get(now) ?? 0) + (terms["s_members_now"] ?? 0));
    if (compared !== null && !members.has(then)) members.set(then, 0);
  }
  const judged = meta.history === "complete";
  const rowOf = (id: string, label: string, kind: RowOf["kind"]): SegmentAnswer => {
    const row: RowOf = { kind, holds: kind === "total" ? () => true : (segment) => segment === id };
    const counted =
      kind === "total"
        ? [...members.values()].reduce((sum, count) => sum + count, 0)
        : (members.get(id) ?? 0);
    const entries = ids.map((kpi): [KpiId, KpiCell] => {
      const then = compared === null ? null : blockedBy(meta, kpi, compared, kind);
      return [
        kpi,
        cellOf(kpi, row, cells, compared !== null, { now: blockedBy(meta, kpi, period, kind), then }),
      ];
    });
    return {
      id,
      label,
      kind,
      members: kind === "guest" || !judged ? null : counted,
      cells: Object.fromEntries(entries) as Record<KpiId, KpiCell>, // holds the KPIs asked for
    };
  };
  return {
    asOf: {
      dataVersion: meta.data_version,
      freshAt: meta.fresh_at,
      history: meta.history,
      loadedFrom: meta.loaded_from,
    },
    currency: meta.currency,
    decimals: meta.decimals,
    timeZone: meta.time_zone,
    period,
    comparedWith: compared,
    membersOn: membershipDay(period, instant, today),
    total: rowOf(TOTAL.id, TOTAL.label, "total"),
    segments: [
      ...listed(segmentation, members).map((segment) => rowOf(segment.id, segment.label, "segment")),
      rowOf(NO_ORDER.id, NO_ORDER.label, "no_order"),
      rowOf(GUEST.id, GUEST.label, "guest"),
    ],
  };
}

export interface TrendQuestion {
  kpis: readonly KpiId[];
  segmentation?: SegmentationId;
  /** A segment of that segmentation; without it, the whole shop. */
  segment?: string;
  period: Period;
  grain: Grain;
  membersAt: MembersAt;
  today: string;
}

/** KPIs by day, week or month; members are taken once, for the whole period. What is too few to judge is null. */
export async function queryTrend(
  warehouse: Warehouse,
  shop: string,
  question: TrendQuestion,
): Promise<TrendPoint[]> {
  const meta = await metaOf(warehouse, shop);
  const { kpis: ids, segmentation, segment, period, grain, membersAt: instant, today } = question;
  const key = JSON.stringify([
    "trend",
    shop,
    meta.data_version,
    ids,
    segmentation,
    segment,
    period,
    grain,
    instant,
    today,
  ]);
  return keep(warehouse, key, () => trendOf(warehouse, shop, meta, question));
}

async function trendOf(
  warehouse: Warehouse,
  shop: string,
  meta: ShopMeta,
  q: TrendQuestion,
): Promise<TrendPoint[]> {
  const segmentation = q.segmentation === undefined ? null : segmentationOf(q.segmentation);
  if (q.segment !== undefined && q.segment !== TOTAL.id) {
    if (q.segmentation === undefined) throw new UnknownSegment("none", q.segment);
    if (q.segment !== GUEST.id)
      await segmentOf(
        warehouse,
        shop,
        q.segmentation,
        q.segment,
        membershipDay(q.period, q.membersAt, q.today),
      );
  }
  const { segment } = q;
  const row: RowOf =
    segment === undefined || segment === TOTAL.id
      ? { kind: "total", holds: () => true }
      : {
          kind: segment === NO_ORDER.id ? "no_order" : segment === GUEST.id ? "guest" : "segment",
          holds: (id) => id === segment,
        };
  const slice: Slice = { period: q.period, membersOn: membershipDay(q.period, q.membersAt, q.today) };
  const statement = compileTrend(q.kpis, segmentation, slice, q.grain);
  const rows = (await warehouse.query<Row>(shop, statement.sql, statement.params)).map((found) => ({
    bucket: found["bucket"] === null ? null : String(found["bucket"]),
    cell: cellFrom(found, String),
  }));
  return cellsByBucket(rows, q.period, q.grain).map(({ bucket, cells }): TrendPoint => {
    const loaded =
      meta.history === "complete" ||
      (meta.history === "customers_hidden" && meta.loaded_from === null) ||
      (meta.loaded_from !== null && bucket.from >= meta.loaded_from);
    const values = q.kpis.map((id): [KpiId, number | null] => {
      const now = blockedBy(meta, id, bucket, row.kind);
      return [id, cellOf(id, row, cells, false, { now, then: null }).value];
    });
    return {
      ...bucket,
      complete: loaded && bucket.to <= q.today && isWholeBucket(bucket, q.grain),
      values: Object.fromEntries(values) as Record<KpiId, number | null>, // holds the KPIs asked for
    };
  });
}

/** The segments at the start of the day `on`; members are null while they cannot be judged. */
export async function listSegments(
  warehouse: Warehouse,
  shop: string,
  segmentation: SegmentationId,
  on: string,
): Promise<SegmentSummary[]> {
  const meta = await metaOf(warehouse, shop);
  const key = JSON.stringify(["segments", shop, meta.data_version, segmentation, on]);
  return keep(warehouse, key, async () => {
    const declared = segmentationOf(segmentation);
    const params = new Params();
    const ctes = [...namedValues(declared), ...membersAt(declared, on, "on", params)];
    const sql = `WITH ${ctes.join(",\n")}
SELECT segment, COUNT(*) AS members FROM members_on GROUP BY segment
UNION ALL
SELECT '${NO_ORDER.id}' AS segment, COUNT(*) AS members FROM (${withoutOrder(params.day(on))}) AS without_order`;
    const rows = await warehouse.query<{ segment: string; members: number }>(shop, sql, params.values);
    const members = new Map(rows.map((row) => [row.segment, row.members]));
    return [...listed(declared, members), NO_ORDER].map(({ id, label, description }) => ({
      id,
      label,
      description,
      members: meta.history === "complete" ? (members.get(id) ?? 0) : null,
    }));
  });
}

const withoutOrder = (
  on: string,
) => `SELECT c.customer_id, 0 AS orders, 0 AS net, CAST(NULL AS DATE) AS first_day, CAST(NULL AS DATE) AS last_day
  FROM customers AS c LEFT JOIN members_on AS m ON m.customer_id = c.customer_id
  WHERE m.customer_id IS NULL AND c.created_day < ${on}`;

async function segmentOf(
  warehouse: Warehouse,
  shop: string,
  segmentation: SegmentationId,
  segment: string,
  on: string,
): Promise<SegmentSummary> {
  const found = (await listSegments(warehouse, shop, segmentation, on)).find(({ id }) => id === segment);
  if (found === undefined) throw new UnknownSegment(segmentation, segment);
  return found;
}

export interface MembersQuestion {
  segmentation: SegmentationId;
  segment: string;
  /** Members at the start of this day. */
  on: string;
  sort: "net" | "orders" | "last_day" | "first_day";
  descending: boolean;
}

/** `page` null: all of them. */
function membersStatement(q: MembersQuestion, page: { offset: number; limit: number } | null) {
  const params = new Params();
  const declared = segmentationOf(q.segmentation);
  const on = params.day(q.on);
  const ctes = [...namedValues(declared), ...membersAt(declared, q.on, "on", params)];
  const rows = q.segment === NO_ORDER.id ? `(${withoutOrder(on)}) AS without_order` : "members_on";
  const where = q.segment === NO_ORDER.id ? "" : ` WHERE segment = ${params.text(q.segment)}`;
  const order = `${q.sort} ${q.descending ? "DESC" : "ASC"} NULLS LAST, customer_id`;
  const paging =
    page === null ? "" : ` LIMIT ${params.number(page.limit)} OFFSET ${params.number(page.offset)}`;
  return {
    sql: `WITH ${ctes.join(",\n")}
SELECT customer_id, orders, net, first_day, last_day FROM ${rows}${where} ORDER BY ${order}${paging}`,
    params: params.values,
  };
}

/** One page of a segment's members. Empty, with the reason, while history is incomplete. Throws UnknownSegment. */
export async function queryMembers(
  warehouse: Warehouse,
  shop: string,
  q: MembersQuestion & { offset: number; limit: number },
): Promise<{ total: number; members: Member[]; reason: Reason | null }> {
  const { members: total } = await segmentOf(warehouse, shop, q.segmentation, q.segment, q.on);
  if (total === null) return { total: 0, members: [], reason: missingHistory(await metaOf(warehouse, shop)) };
  const statement = membersStatement(q, q);
  const members = await warehouse.query<Row & Member>(shop, statement.sql, statement.params);
  return { total, members, reason: null };
}

/** All members of a segment in batches, by default those who brought in most first. Nothing while history is incomplete. */
export async function* streamMembers(
  warehouse: Warehouse,
  shop: string,
  q: Pick<MembersQuestion, "segmentation" | "segment" | "on"> & Partial<MembersQuestion>,
): AsyncIterable<Member[]> {
  const { members: total } = await segmentOf(warehouse, shop, q.segmentation, q.segment, q.on);
  if (total === null) return;
  const statement = membersStatement({ sort: "net", descending: true, ...q }, null);
  yield* warehouse.stream<Row & Member>(shop, statement.sql, statement.params);
}
