// The rows behind a part of a change: the sums that it stands between, in both periods, each with the orders or customers that
// add up to it.
import { rowsPage, type CellRef } from "../explain/rows.server.ts";
import type { RowName } from "../kpis/answer.ts";
import { declarations, declaredId } from "../kpis/catalogue.ts";
import type { Cut } from "../kpis/cuts/cut.ts";
import type { Slice } from "../kpis/compile/contributions.ts";
import { rowListsOf, sortsOf } from "../kpis/compile/row-lists.ts";
import { declarationOf } from "../kpis/declared.ts";
import { formatValue } from "../kpis/format.ts";
import { kpiInSentence, kpiLabel } from "../kpis/kpi-words.server.ts";
import type { Part } from "../kpis/period.ts";
import { rowLabel } from "../kpis/row-words.server.ts";
import { TOTAL } from "../kpis/segmentations.ts";
import type { Side } from "../why/sides.ts";
import { sumsBehind } from "../why/split.ts";
import { slicesOf, type Split, whyMoved, type WhyQuestion } from "../why/why.server.ts";
import { say } from "../words/words.server.ts";
import { readAddress } from "./address.ts";
import { noticeText } from "./address-notices.server.ts";
import { cutFor } from "./cut.server.ts";
import { readRowsOrUsual, ROWS_PER_PAGE } from "./explain-address.ts";
import { groupedBy } from "./kpi-lines.server.ts";
import { rowsView, type RowsView, signsPicker } from "./rows.server.ts";
import type { ReportedShop } from "./shop.server.ts";
import { startOf } from "./start.server.ts";
import { type Picker, type ToolbarView, toolbarView } from "./toolbar.ts";
import { barId, partLabel } from "./why-words.server.ts";
import { withinOf } from "./within.server.ts";
import { partText, type Place } from "./wording.server.ts";

/** In the place of a part: the figure itself, and the figure of one row. */
export const WHOLE = "whole";
export const OWN_ROW = "row";

export interface WhyRowsView {
  title: string;
  notices: readonly string[];
  toolbar: ToolbarView;
  /** The sums of the part in both periods, of which one's rows are listed. */
  doors: readonly { id: string; label: string; value: string; chosen: boolean }[];
  signs: Picker;
  find: string;
  /** What is listed: whose, and of which days. */
  of: string;
  rows: RowsView | null;
  /** Why there are none. */
  missing: string | null;
}

type SliceName = "then" | "now";

interface Door {
  id: string;
  side: Side;
  slice: SliceName;
}

/** One list of rows for each sum and period; `part` as the address names it. */
export function doorsOf(split: Split, part: string, row: string | null): Door[] {
  const sides =
    part === WHOLE
      ? split.sides
      : part === OWN_ROW
        ? (split.rows.find(({ id }) => id === row)?.sides ?? [])
        : (split.parts.find((each) => barId(each.part) === part)?.sides ?? []);
  return sides.flatMap((side) =>
    (["then", "now"] as const).map((slice) => ({
      ...{ side, slice },
      id: [side.name, slice, ...(side.whose.of === "row" ? [side.whose.id] : [])].join("."),
    })),
  );
}

/** The figure whose rows a door leads to. */
export function cellBehind(
  { kpi, today }: Pick<WhyQuestion, "kpi" | "today">,
  cut: Cut,
  { side: { name, whose }, slice }: Door,
  [now, then]: readonly [Slice, Slice],
): CellRef {
  const { within } = cut;
  const all = within === undefined ? null : ({ id: within.segment, kind: "within" } as const);
  const row =
    whose.of === "row"
      ? { id: whose.id, kind: whose.kind }
      : (all ??
        (whose.of === "all"
          ? ({ id: TOTAL.id, kind: "total" } as const)
          : ({ id: whose.of, kind: whose.of } as const)));
  return {
    ...{ kpi, part: name === kpi ? null : name, cut, row, today },
    slice: slice === "now" ? now : then,
  };
}

/** Throws UnknownSegmentation or UnknownSegment. `chart` of the address is the KPI. */
export async function whyRowsView(shop: ReportedShop, params: URLSearchParams): Promise<WhyRowsView> {
  const { view, place, today } = shop;
  const { defaults } = await startOf(shop);
  const { within, notices } = withinOf(params, place);
  const read = readAddress(params, shop, () => [], defaults);
  const { chart: kpi } = read;
  const { sort } = readAddress(params, shop, () => sumsBehind(kpi).flatMap(sorts), defaults);
  const segmentation = groupedBy(read, within);
  const cut = await cutFor(view, segmentation, { within });
  const question: WhyQuestion = {
    ...{ kpi, segmentation: cut, period: read.period, comparison: read.comparison },
    ...{ membersAt: read.membersAt, today },
  };
  const why = await whyMoved(view, question);
  const slices = slicesOf(view, question);
  const [part, row] = [params.get("part") || WHOLE, params.get("row")];
  const asked = why.split === null ? [] : doorsOf(why.split, part, row);
  const doors = why.split === null || asked.length > 0 ? asked : doorsOf(why.split, WHOLE, null);
  const chosen = doors.find(({ id }) => id === params.get("rows")) ?? doors.find(hasRows) ?? doors[0];
  const { page: first, ...given } = readRowsOrUsual(params, read);
  const list = chosen && rowListsOf(chosen.side.name)[0];
  const wanted = {
    ...given,
    side: null,
    sort: sort !== null && list !== undefined && sortsOf(list).includes(sort.by) ? sort : null,
  };
  const found =
    chosen === undefined || slices === null
      ? null
      : await pageFound((offset) =>
          rowsPage(view, cellBehind(question, cut, chosen, slices), wanted, {
            ...{ limit: ROWS_PER_PAGE, offset },
          }),
        )(first);
  const names = new Map<string, RowName | null>((why.split?.rows ?? []).map(({ id, name }) => [id, name]));
  const label = kpiLabel(place, kpi);
  const what =
    asked.length === 0 || part === WHOLE
      ? label
      : part === OWN_ROW
        ? whoseText(place, { of: "row", id: row ?? "", kind: "segment" }, names)
        : (why.split?.parts ?? [])
            .filter((each) => barId(each.part) === part)
            .map((each) => partLabel(place, kpi, each.part, cut.of === "orders"))
            .join();
  return {
    title: say(place, "whyRows.title", { what, kpi: kpiInSentence(place, kpi) }),
    notices: [
      ...read.replaced.filter(({ of }) => of !== "sort").map((each) => noticeText(place, each)),
      ...notices,
      ...(why.split !== null && asked.length === 0 ? [say(place, "whyRows.noPart")] : []),
    ],
    toolbar: toolbarView({ ...read, segmentation }, { place, today, segmentations: true }),
    doors: doors.map((door) => ({
      id: door.id,
      label: doorText(place, door, names),
      value: sumText(place, door),
      chosen: door === chosen,
    })),
    signs: signsPicker(place, wanted.sign),
    find: wanted.find ?? "",
    of:
      chosen === undefined || why.compared === null
        ? ""
        : say(place, "whyRows.of", {
            what: kpiLabel(place, declaredId(chosen.side.name)),
            whose: whoseText(place, chosen.side.whose, names),
            days: partText(daysOf(why.compared, chosen.slice), place),
          }),
    rows: found && rowsView(found.rows, found.page, place, today),
    missing: found === null ? say(place, "whyRows.none") : null,
  };
}

const sorts = (name: string): string[] => rowListsOf(name).flatMap(sortsOf);
const hasRows = ({ side, slice }: Door): boolean => slice === "now" && side.now !== 0;
const daysOf = ({ part, with: then }: { part: Part; with: Part }, slice: SliceName): Part =>
  slice === "now" ? part : then;

/** The page asked for, or the last there is. */
const pageFound =
  (read: (offset: number) => ReturnType<typeof rowsPage>) =>
  async (page: number): Promise<{ rows: Awaited<ReturnType<typeof rowsPage>>; page: number }> => {
    const rows = await read((page - 1) * ROWS_PER_PAGE);
    const pages = Math.max(1, Math.ceil(rows.found.rows / ROWS_PER_PAGE));
    if (page <= pages) return { rows, page };
    return { rows: await read((pages - 1) * ROWS_PER_PAGE), page: pages };
  };

type Names = ReadonlyMap<string, RowName | null>;

function whoseText(place: Place, whose: Side["whose"], names: Names): string {
  if (whose.of !== "row") return say(place, `whyRows.${whose.of}`);
  const name = names.get(whose.id);
  if (name !== undefined && name !== null) return rowLabel(place, name);
  return whose.kind === "guest" || whose.kind === "first_time"
    ? rowLabel(place, { fixed: whose.kind === "guest" ? "guest" : "first_time" })
    : say(place, "whyRows.before");
}

const doorText = (place: Place, { side, slice }: Door, names: Names): string => {
  const told = {
    what: kpiLabel(place, declaredId(side.name)),
    when: say(place, slice === "now" ? "why.now" : "why.then"),
  };
  return side.whose.of === "row"
    ? say(place, "whyRows.doorOf", { ...told, whose: whoseText(place, side.whose, names) })
    : say(place, "whyRows.door", told);
};

const sumText = (place: Place, { side, slice }: Door): string =>
  formatValue(side[slice], declarationOf(declarations, side.name).unit, place);
