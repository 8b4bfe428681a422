// The files: a segment table with one row per segment and KPI, and a segment's members. What the page shows is what the
// file holds, with figures as plain numbers: money in the currency's unit, rates as shares of 1, days as ISO dates.
import { UnknownSegment } from "../errors.ts";
import type { Answer } from "../kpis/answer.ts";
import { kpis } from "../kpis/catalogue.ts";
import type { Unit } from "../kpis/format.ts";
import { includedDays, membershipDay } from "../kpis/period.ts";
import { listSegments, queryKpis, streamMembers } from "../kpis/query.server.ts";
import { type Asked, readAddress } from "./address.ts";
import { type Cell, csvResponse, money } from "./csv.ts";
import { memberSort } from "./segment.server.ts";
import { inItsCurrency, type ReportedShop } from "./shop.server.ts";
import { utc } from "./sync-status.server.ts";

const SEGMENT_COLUMNS = [
  "segmentation",
  "segment",
  "kpi",
  "unit",
  "value",
  "low",
  "high",
  "n",
  "compare_value",
  "as_of",
  "segment_label",
  "kpi_label",
  "members",
  "members_on",
  "change",
  "change_low",
  "change_high",
  "verdict",
  "reason",
  "currency",
  "period_from",
  "period_to",
  "compare_from",
  "compare_to",
] as const;

const MEMBER_COLUMNS = [
  "segmentation",
  "segment",
  "customer_id",
  "orders",
  "net_sales",
  "first_order_day",
  "last_order_day",
  "currency",
  "members_on",
  "as_of",
] as const;

/** Throws UnknownKpi or UnknownSegmentation. */
export async function segmentsCsv(shop: ReportedShop, params: URLSearchParams): Promise<Response> {
  const { warehouse, today } = shop;
  const asked = readAddress(params, today, (chosen) => ["segment", "members", ...chosen]);
  const answer = await queryKpis(warehouse, shop.shop, { ...asked, today });
  const days = includedDays(asked.period);
  return csvResponse(
    `segment-kpis_${asked.segmentation}_${days.from}_${days.to}.csv`,
    SEGMENT_COLUMNS,
    segmentRows(answer, asked),
  );
}

async function* segmentRows(answer: Answer, asked: Asked): AsyncGenerator<Cell[][]> {
  const days = includedDays(answer.period);
  const compared = answer.comparedWith && includedDays(answer.comparedWith);
  for (const row of [answer.total, ...answer.segments])
    yield asked.kpis.map((kpi) => {
      const { unit } = kpis[kpi];
      const cell = row.cells[kpi];
      const figure = (value: number | null) => figureCell(value, unit, answer.decimals);
      return [
        asked.segmentation,
        row.id,
        kpi,
        unit,
        figure(cell.value),
        figure(cell.low),
        figure(cell.high),
        cell.n,
        figure(cell.previous),
        asOf(answer.asOf.freshAt),
        row.label,
        kpis[kpi].label,
        row.members,
        answer.membersOn,
        figure(cell.change?.absolute ?? null),
        figure(cell.change?.low ?? null),
        figure(cell.change?.high ?? null),
        cell.change?.verdict ?? null,
        cell.reason,
        unit === "money" ? answer.currency : null,
        days.from,
        days.to,
        compared?.from ?? null,
        compared?.to ?? null,
      ];
    });
}

function figureCell(value: number | null, unit: Unit, decimals: number): Cell {
  return unit === "money" ? money(value, decimals) : value;
}

const asOf = (freshAt: string | null): string | null =>
  freshAt === null ? null : utc(freshAt).toISOString();

/** All members of one segment in the order of the page. Throws UnknownSegmentation or UnknownSegment. */
export async function membersCsv(shop: ReportedShop, params: URLSearchParams): Promise<Response> {
  const { warehouse, place, meta, today } = shop;
  const asked = readAddress(params, today, () => ["net", "orders", "first_day", "last_day"]);
  const segment = params.get("segment") ?? "";
  const on = membershipDay(asked.period, asked.membersAt, today);
  const known = await listSegments(warehouse, shop.shop, asked.segmentation, on);
  if (!known.some(({ id }) => id === segment))
    throw new UnknownSegment(asked.segmentation, segment.slice(0, 40));
  const batches = streamMembers(warehouse, shop.shop, {
    segmentation: asked.segmentation,
    segment,
    on,
    ...memberSort(asked.sort),
  });

  async function* rows(): AsyncGenerator<Cell[][]> {
    for await (const batch of batches) {
      // A query sees the tables as they are when it begins: the first batch tells for all.
      yield await inItsCurrency(
        shop,
        batch.map((member) => [
          asked.segmentation,
          segment,
          member.customer_id,
          member.orders,
          money(member.net, place.decimals),
          member.first_day,
          member.last_day,
          meta.currency,
          on,
          asOf(meta.fresh_at),
        ]),
      );
    }
  }
  return csvResponse(`segment-members_${asked.segmentation}_${segment}_${on}.csv`, MEMBER_COLUMNS, rows());
}
