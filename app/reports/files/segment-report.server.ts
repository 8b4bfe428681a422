// The files: a segment table, as its page shows it or with one row per segment and KPI, and a segment's members. What the page shows is what the
// file holds, with figures as plain numbers: money in the currency's unit, rates as shares of 1, days as ISO dates.
import { BadInput, StartsAnew } from "../../errors.ts";
import type { Answer, SegmentAnswer } from "../../kpis/answer.ts";
import { isSegmentationId, kpis } from "../../kpis/catalogue.ts";
import { kpiLabel } from "../../kpis/kpi-words.server.ts";
import type { Unit } from "../../kpis/kpi.ts";
import { includedDays, membershipDay } from "../../kpis/period.ts";
import { segmentOf, streamMembers } from "../../kpis/member-lists.server.ts";
import { queryKpis } from "../../kpis/query.server.ts";
import { rowLabel } from "../../kpis/row-words.server.ts";
import { segmentIdOf } from "../../kpis/segmentations.ts";
import { type Reader, say } from "../../words/words.server.ts";
import { type Asked, readAddress, readScope, type Scope, segmentColumns } from "../address.ts";
import { cutFor } from "../cut.server.ts";
import { excludedLine } from "../exclusion.server.ts";
import { about, definitions } from "./told-sheets.server.ts";
import { workbookResponse } from "./workbook.server.ts";
import { type Cell, csvResponse, money, readSeparators } from "./csv.ts";
import { tableFile } from "./table-file.server.ts";
import { MEMBER_SORTS, memberSort } from "../segment.server.ts";
import type { ReportedShop } from "../shop.server.ts";
import { startOf } from "../start.server.ts";
import { sourceCoverage } from "../../warehouse/coverage.ts";
import { instantOf } from "../../warehouse/values.ts";

const SEGMENT_COLUMNS = [
  "segmentation",
  "segment",
  "kpi",
  "unit",
  "value",
  "kind",
  "low",
  "high",
  "range",
  "numerator",
  "denominator",
  "n",
  "compare_value",
  "data_complete_to",
  "segment_label",
  "kpi_label",
  "members",
  "members_on",
  "change",
  "change_low",
  "change_high",
  "change_range",
  "change_per_day",
  "verdict",
  "verdict_reason",
  "largest_customer_share",
  "reason",
  "currency",
  "period_from",
  "period_to",
  "compared_part_from",
  "compared_part_to",
  "compare_from",
  "compare_to",
  "compared_until",
  "coverage",
  "change_range_level",
  "judged_with",
  "judged",
  "more_than_noise",
  "within",
  "settled_by",
  "orders_left_out",
] as const;

const MEMBER_COLUMNS = [
  "segmentation",
  "segment",
  "customer_id",
  "customer_gid",
  "orders",
  "net_sales",
  "first_order_day",
  "last_order_day",
  "currency",
  "members_on",
  "data_complete_to",
] as const;

async function answered(shop: ReportedShop, params: URLSearchParams) {
  const { view, today } = shop;
  const { defaults } = await startOf(shop);
  const asked = readAddress(params, shop, segmentColumns, defaults);
  const scope = readScope(params);
  const cut = await cutFor(view, asked.segmentation, scope);
  const answer = await queryKpis(view, { ...asked, segmentation: cut, today });
  const days = includedDays(asked.period);
  return { asked, scope, answer, name: `${nameOf(asked, scope)}_${days.from}_${days.to}` };
}

/** The table as its page shows it, all that is known of it, what its KPIs are, and of what it is. Throws as segmentsCsv does. */
export async function segmentsWorkbook(shop: ReportedShop, params: URLSearchParams): Promise<Response> {
  const { place } = shop;
  const { asked, scope, answer, name } = await answered(shop, params);
  const long: Cell[][] = [];
  for await (const rows of segmentRows(answer, asked, scope, shop)) long.push(...rows);
  const sheet = (id: "table" | "data" | "definitions" | "about") => say(place, `workbook.${id}`);
  return workbookResponse(`segment-kpis_${name}.xlsx`, [
    { name: sheet("table"), ...tableFile(answer, asked, shop, params.get("ranges") === "1"), widths: [28] },
    { name: sheet("data"), header: SEGMENT_COLUMNS, rows: long },
    { name: sheet("definitions"), ...definitions(asked.kpis, place) },
    { name: sheet("about"), ...about(answer, asked, shop) },
  ]);
}

/** Throws UnknownKpi or UnknownSegmentation. */
export async function segmentsCsv(shop: ReportedShop, params: URLSearchParams): Promise<Response> {
  const { asked, scope, answer, name } = await answered(shop, params);
  const separators = readSeparators(params, shop.place.locale);
  if (readLayout(params) === "table") {
    const { header, rows } = tableFile(answer, asked, shop, params.get("ranges") === "1");
    return csvResponse(`segment-table_${name}.csv`, header, inOneBatch(rows), separators);
  }
  return csvResponse(
    `segment-kpis_${name}.csv`,
    SEGMENT_COLUMNS,
    segmentRows(answer, asked, scope, shop),
    separators,
  );
}

/** "long": a row for each segment and KPI, with all that is known of the figure; "table": as a page shows it. */
const LAYOUTS = ["long", "table"] as const;

function readLayout(params: URLSearchParams): (typeof LAYOUTS)[number] {
  const given = params.get("layout") || "long";
  const layout = LAYOUTS.find((each) => each === given);
  if (layout !== undefined) return layout;
  throw new BadInput(`"layout" must be one of ${LAYOUTS.join(", ")}, not "${given.slice(0, 40)}".`);
}

async function* inOneBatch(rows: Cell[][]): AsyncGenerator<Cell[][]> {
  yield rows;
}

const nameOf = ({ segmentation }: Asked, { sets, within }: Scope) =>
  `${sets === null ? segmentation : "sets"}${within === null ? "" : `_in_${within.segmentation}_${within.segment}`}`;

type Labelled = Pick<SegmentAnswer, "id" | "members" | "cells"> & { label: string };

/** Of a set: its own row, and that of everyone else. */
function withOthers({ others, ...row }: SegmentAnswer, place: Reader): Labelled[] {
  const own = { ...row, label: rowLabel(place, row.name) };
  if (others === undefined) return [own];
  return [
    own,
    { ...others, id: `${others.id}:${row.id}`, label: say(place, "row.othersOf", { set: own.label }) },
  ];
}

async function* segmentRows(
  answer: Answer,
  asked: Asked,
  scope: Scope,
  shop: ReportedShop,
): AsyncGenerator<Cell[][]> {
  const { within } = scope;
  const { place } = shop;
  const excluded = excludedLine(shop);
  const days = includedDays(answer.period);
  const { comparedByDay, comparedWith, comparedPart } = answer;
  for (const row of [answer.total, ...answer.segments].flatMap((each) => withOthers(each, place)))
    yield asked.kpis.map((kpi) => {
      const { unit, partUnits } = kpis[kpi];
      const cell = row.cells[kpi];
      const family = answer.families.find(({ kpis: together }) => together.includes(kpi)) ?? null;
      const byDay = comparedByDay?.kpis.includes(kpi) ? comparedByDay : null;
      const whole = byDay?.with ?? comparedWith;
      const compared = whole && includedDays(whole);
      const part = whole && includedDays(byDay?.part ?? comparedPart ?? answer.period);
      const figure = (value: number | null) => figureCell(value, unit, answer.decimals);
      return [
        scope.sets === null ? asked.segmentation : "sets",
        row.id,
        kpi,
        unit,
        figure(cell.value),
        cell.kind,
        figure(cell.low),
        figure(cell.high),
        cell.sureness,
        cell.parts && figureCell(cell.parts.numerator, partUnits.numerator, answer.decimals),
        cell.parts && figureCell(cell.parts.denominator, partUnits.denominator, answer.decimals),
        cell.n,
        figure(cell.previous),
        asOf(answer.asOf.freshAt),
        row.label,
        kpiLabel(place, kpi),
        row.members,
        answer.membersOn,
        figure(cell.change?.absolute ?? null),
        figure(cell.change?.low ?? null),
        figure(cell.change?.high ?? null),
        cell.change?.sureness ?? null,
        cell.change === null ? null : cell.change.perDay ? "yes" : "no",
        cell.change?.verdict ?? null,
        cell.change?.reason ?? null,
        rounded(cell.largest),
        cell.reason,
        unit === "money" ? answer.currency : null,
        days.from,
        days.to,
        part?.from ?? null,
        part?.to ?? null,
        compared?.from ?? null,
        compared?.to ?? null,
        byDay === null ? (comparedPart?.until ?? null) : null,
        rounded(cell.coverage),
        rounded(cell.change?.level ?? null),
        family === null ? null : family.kpis.join(" "),
        family?.judged ?? null,
        family?.found ?? null,
        within && `${within.segmentation}.${within.segment}`,
        cell.settled,
        excluded,
      ];
    });
}

function figureCell(value: number | null, unit: Unit, decimals: number): Cell {
  return unit === "money" ? money(value, decimals) : rounded(value);
}

/** Six digits behind the point are more than any estimate has; a count has none. */
const rounded = (value: number | null) => (value === null ? null : Number(value.toFixed(6)));

const asOf = (freshAt: string | null): string | null =>
  freshAt === null ? null : instantOf(freshAt).toISOString();

/** All members of one segment in the order of the page. Throws UnknownSegmentation or UnknownSegment. */
export async function membersCsv(shop: ReportedShop, params: URLSearchParams): Promise<Response> {
  const { view, place, meta, today } = shop;
  const { defaults } = await startOf(shop);
  const asked = readAddress(params, shop, () => MEMBER_SORTS, defaults);
  const { segmentation } = asked;
  if (!isSegmentationId(segmentation))
    throw new BadInput(
      `"segmentation" must group customers, which ${segmentation} does not, for a list of them.`,
    );
  const segment = segmentIdOf(segmentation, params.get("segment") ?? "");
  const on = membershipDay(asked.period, asked.membersAt, today);
  const instant = { on, until: asked.period.to };
  await segmentOf(view, segmentation, segment, instant);
  const batches = streamMembers(view, {
    segmentation,
    segment,
    ...instant,
    ...memberSort(asked.sort),
  });

  async function* rows(): AsyncGenerator<Cell[][]> {
    let settled = false;
    for await (const batch of batches) {
      // A query sees the tables as they are when it begins: the first batch tells for all.
      if (!settled && (await view.settle()).currency !== meta.currency) throw new StartsAnew(shop.shop);
      settled = true;
      yield batch.map((member) => [
        segmentation,
        segment,
        member.customer_id,
        // A spreadsheet keeps 15 digits of a number; a text it keeps whole.
        `gid://shopify/Customer/${member.customer_id}`,
        member.orders,
        money(member.net, place.decimals),
        member.first_day,
        member.last_day,
        meta.currency,
        on,
        asOf(sourceCoverage(meta, "orders").fresh_at),
      ]);
    }
  }
  return csvResponse(
    `segment-members_${segmentation}_${segment}_${on}.csv`,
    MEMBER_COLUMNS,
    rows(),
    readSeparators(params, place.locale),
  );
}
