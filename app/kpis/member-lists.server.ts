// Who is in a segment at an instant, by number and one by one: summaries, pages and streams of customers by id, and the
// thresholds that a segmentation's scores had there.
import { UnknownSegment } from "../errors.ts";
import type { Row, ShopView } from "../warehouse/warehouse.server.ts";
import type { Member, Reason, SegmentSummary } from "./answer.ts";
import type { SegmentationId } from "./catalogue.ts";
import { cached } from "./cache.server.ts";
import { compileThresholds, isScored, membersAt, namedValues, type Thresholds } from "./compile/members.ts";
import { Params } from "./compile/params.ts";
import { factsOf, isBeforeOpening, isWhole, missingHistory } from "./loaded.server.ts";
import { FIRST_TIME, listed, NO_ORDER, segmentationOf } from "./segmentations.ts";
import { writtenOf } from "./written.server.ts";

/** Members at the start of the day `on`; who had no order by then is told apart by the orders before the day `until`. */
export interface Instant {
  on: string;
  until: string;
}

/** The segments at the instant, then first-time buyers and who has not bought; members are null while they cannot be judged. */
export async function listSegments(
  view: ShopView,
  segmentation: SegmentationId,
  { on, until }: Instant,
): Promise<SegmentSummary[]> {
  const { meta } = view;
  const facts = factsOf(view);
  return cached(facts, ["segments", segmentation, on, until], async () => {
    const declared = segmentationOf(segmentation);
    const params = new Params();
    const ctes = [...namedValues(declared), ...membersAt(declared, on, "on", params)];
    const sql = `WITH ${ctes.join(",\n")}
SELECT segment, COUNT(*) AS members FROM members_on GROUP BY segment
UNION ALL
SELECT '${FIRST_TIME.id}' AS segment, COUNT(*) AS members FROM (${firstTime({ on, until }, params)}) AS first_time
UNION ALL
SELECT '${NO_ORDER.id}' AS segment, COUNT(*) AS members FROM (${notBought({ on, until }, params)}) AS not_bought`;
    const [rows, written] = await Promise.all([
      facts.query<{ segment: string; members: number }>(sql, params.values),
      writtenOf(facts, segmentation),
    ]);
    const members = new Map(rows.map((row) => [row.segment, row.members]));
    const without = [FIRST_TIME, NO_ORDER].map(({ id }) => ({ id, name: { fixed: id } }));
    return [...listed(segmentation, members, written), ...without].map(({ id, name }) => ({
      id,
      name,
      members:
        isWhole(meta, on > until ? on : until) && !isBeforeOpening(meta, on) ? (members.get(id) ?? 0) : null,
    }));
  });
}

const stateAt = (day: string) =>
  `SELECT customer_id, orders, net, first_day, last_day FROM customer_history WHERE from_day < ${day} AND to_day >= ${day} AND orders > 0`;

const firstTime = ({ until }: Instant, params: Params) =>
  `SELECT u.customer_id, u.orders, u.net, u.first_day, u.last_day FROM (${stateAt(params.day(until))}) AS u
  LEFT JOIN members_on AS m ON m.customer_id = u.customer_id WHERE m.customer_id IS NULL`;

const notBought = ({ on, until }: Instant, params: Params) =>
  `SELECT c.customer_id, 0 AS orders, 0 AS net, CAST(NULL AS DATE) AS first_day, CAST(NULL AS DATE) AS last_day
  FROM customers AS c LEFT JOIN members_on AS m ON m.customer_id = c.customer_id
  LEFT JOIN (${stateAt(params.day(until))}) AS u ON u.customer_id = c.customer_id
  WHERE m.customer_id IS NULL AND u.customer_id IS NULL AND c.created_day < ${params.day(on)}`;

/** Throws UnknownSegment. */
export async function segmentOf(
  view: ShopView,
  segmentation: SegmentationId,
  segment: string,
  instant: Instant,
): Promise<SegmentSummary> {
  const found = (await listSegments(view, segmentation, instant)).find(({ id }) => id === segment);
  if (found === undefined) throw new UnknownSegment(segmentation, segment);
  return found;
}

export interface MembersQuestion extends Instant {
  segmentation: SegmentationId;
  segment: string;
  sort: "net" | "orders" | "last_day" | "first_day";
  descending: boolean;
}

/** `page` null: all of them. */
function membersStatement(q: MembersQuestion, page: { offset: number; limit: number } | null) {
  const params = new Params();
  const declared = segmentationOf(q.segmentation);
  const ctes = [...namedValues(declared), ...membersAt(declared, q.on, "on", params)];
  const rows =
    q.segment === FIRST_TIME.id
      ? `(${firstTime(q, params)}) AS first_time`
      : q.segment === NO_ORDER.id
        ? `(${notBought(q, params)}) AS not_bought`
        : `members_on WHERE segment = ${params.text(q.segment)}`;
  const order = `${q.sort} ${q.descending ? "DESC" : "ASC"} NULLS LAST, customer_id`;
  const paging =
    page === null ? "" : ` LIMIT ${params.number(page.limit)} OFFSET ${params.number(page.offset)}`;
  return {
    sql: `WITH ${ctes.join(",\n")}
SELECT customer_id, orders, net, first_day, last_day FROM ${rows} ORDER BY ${order}${paging}`,
    params: params.values,
  };
}

/** One page of a segment's members. Empty, with the reason, while history is incomplete. Throws UnknownSegment. */
export async function queryMembers(
  view: ShopView,
  q: MembersQuestion & { offset: number; limit: number },
): Promise<{ total: number; members: Member[]; reason: Reason | null }> {
  const { members: total } = await segmentOf(view, q.segmentation, q.segment, q);
  if (total === null) return { total: 0, members: [], reason: missingHistory(view.meta) };
  const statement = membersStatement(q, q);
  const members = await factsOf(view).query<Row & Member>(statement.sql, statement.params);
  return { total, members, reason: null };
}

/** All members of a segment in batches, by default those who brought in most first. Nothing while history is incomplete. */
export async function* streamMembers(
  view: ShopView,
  q: Instant & Pick<MembersQuestion, "segmentation" | "segment"> & Partial<MembersQuestion>,
): AsyncIterable<Member[]> {
  const { members: total } = await segmentOf(view, q.segmentation, q.segment, q);
  if (total === null) return;
  const statement = membersStatement({ sort: "net", descending: true, ...q }, null);
  yield* factsOf(view).stream<Row & Member>(statement.sql, statement.params);
}

/** What the segmentation's scores meant at the start of the day `on`; null where it scores nobody. */
export async function thresholdsAt(
  view: ShopView,
  segmentation: SegmentationId,
  on: string,
): Promise<Thresholds | null> {
  const declared = segmentationOf(segmentation);
  if (declared.kind !== "ruled" || !isScored(declared)) return null;
  if (!isWhole(view.meta, on) || isBeforeOpening(view.meta, on)) return null;
  const facts = factsOf(view);
  return cached(facts, ["thresholds", segmentation, on], async () => {
    const params = new Params();
    const { sql, read } = compileThresholds(declared, on, params);
    const [row = {}] = await facts.query(sql, params.values);
    return read(row);
  });
}
