// The JSON of GET /api/kpis. Money is in integer minor units of `currency`, rates are shares of 1, days are inclusive.
import type { KpiCell, SegmentAnswer } from "../kpis/answer.ts";
import { kpis, type KpiId, type SegmentationId } from "../kpis/catalogue.ts";
import { reasonText, type Unit } from "../kpis/format.ts";
import { includedDays, type MembersAt } from "../kpis/period.ts";
import { queryKpis } from "../kpis/query.server.ts";
import { readQuery } from "./address.ts";
import type { ReportedShop } from "./shop.server.ts";
import { utc } from "./sync-status.server.ts";

interface Days {
  from: string;
  to: string;
}

export interface KpiFigure {
  value: number | null;
  unit: Unit;
  /** Customers behind the value. */
  n: number;
  /** 95 % interval. */
  interval: { low: number; high: number } | null;
  previous: number | null;
  change: {
    absolute: number | null;
    relative: number | null;
    interval: { low: number; high: number } | null;
    verdict: string;
  } | null;
  /** Why there is no value or no interval. */
  reason: { code: string; text: string } | null;
}

export interface SegmentFigures {
  id: string;
  label: string;
  kind: SegmentAnswer["kind"];
  members: number | null;
  kpis: Partial<Record<KpiId, KpiFigure>>;
}

export interface KpiAnswer {
  shop: string;
  currency: string;
  decimals: number;
  timeZone: string;
  period: Days;
  comparedWith: Days | null;
  segmentation: SegmentationId;
  membersAt: MembersAt;
  membersOn: string;
  asOf: { dataVersion: number; freshAt: string | null; history: string; loadedFrom: string | null };
  total: SegmentFigures;
  segments: SegmentFigures[];
}

/** Throws UnknownKpi, UnknownSegmentation, or BadInput naming the expected form. */
export async function kpiAnswer(shop: ReportedShop, params: URLSearchParams): Promise<KpiAnswer> {
  const asked = readQuery(params, shop.today);
  const answer = await queryKpis(shop.warehouse, shop.shop, { ...asked, today: shop.today });
  const figures = (row: SegmentAnswer): SegmentFigures => ({
    id: row.id,
    label: row.label,
    kind: row.kind,
    members: row.members,
    kpis: Object.fromEntries(asked.kpis.map((id) => [id, figure(row.cells[id], kpis[id].unit)])),
  });
  return {
    shop: shop.shop,
    currency: answer.currency,
    decimals: answer.decimals,
    timeZone: answer.timeZone,
    period: includedDays(answer.period),
    comparedWith: answer.comparedWith && includedDays(answer.comparedWith),
    segmentation: asked.segmentation,
    membersAt: asked.membersAt,
    membersOn: answer.membersOn,
    asOf: {
      ...answer.asOf,
      freshAt: answer.asOf.freshAt === null ? null : utc(answer.asOf.freshAt).toISOString(),
    },
    total: figures(answer.total),
    segments: answer.segments.map(figures),
  };
}

function figure(cell: KpiCell, unit: Unit): KpiFigure {
  return {
    value: cell.value,
    unit,
    n: cell.n,
    interval: interval(cell.low, cell.high),
    previous: cell.previous,
    change: cell.change && {
      absolute: cell.change.absolute,
      relative: cell.change.relative,
      interval: interval(cell.change.low, cell.change.high),
      verdict: cell.change.verdict,
    },
    reason: cell.reason === null ? null : { code: cell.reason, text: reasonText(cell.reason, cell) },
  };
}

const interval = (low: number | null, high: number | null): { low: number; high: number } | null =>
  low === null || high === null ? null : { low, high };
