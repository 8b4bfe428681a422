// Two to four segments side by side: the same KPIs of each.
import { type KpiId, kpiIds, kpis } from "../kpis/catalogue.ts";
import { isFollowed } from "../kpis/compile/parts.ts";
import type { SegmentRef } from "../kpis/cuts/cut.ts";
import { kpiHelp, kpiLabel } from "../kpis/kpi-words.server.ts";
import { offeredKpis } from "../kpis/loaded.server.ts";
import { addMonths } from "../kpis/period.ts";
import { queryKpis } from "../kpis/query.server.ts";
import { cutLabel, rowLabel } from "../kpis/row-words.server.ts";
import { say } from "../words/words.server.ts";
import { readAddress } from "./address.ts";
import { noticeText } from "./address-notices.server.ts";
import type { ReportedShop } from "./shop.server.ts";
import { startOf } from "./start.server.ts";
import { type KpiChoice, kpiChoice, type Picker, type ToolbarView, toolbarView } from "./toolbar.ts";
import { notASegment, segmentNamed, withinPicker } from "./within.server.ts";
import { type CellView, cellView } from "./wording.server.ts";

/** An empty place, which an address must be able to say of one that has a usual segment. */
const NOTHING = "none";

/** So many are set side by side. */
const PLACES = ["a", "b", "c", "d"] as const;
/** What an address that names none stands for. */
const USUAL: Readonly<Record<(typeof PLACES)[number], string>> = {
  a: "rfm.champions",
  b: "rfm.loyal",
  c: NOTHING,
  d: NOTHING,
};

export interface CompareView {
  notices: readonly string[];
  toolbar: ToolbarView;
  /** One for each place. */
  pickers: readonly Picker[];
  kpis: KpiChoice;
  columns: readonly {
    id: string;
    segment: SegmentRef;
    label: string;
    grouping: string;
    members: string | null;
  }[];
  rows: readonly { kpi: KpiId; label: string; help: string; cells: readonly CellView[] }[];
  /** Why columns may hold the same customers. */
  note: string;
  /** The same segments by what their customers did in so many days from their first order; null while that is shown. */
  equalAge: {
    label: string;
    choices: Readonly<Record<"kpis" | "period" | "from" | "to" | "as_of", string | null>>;
  } | null;
  /** What equal age means; null while other KPIs are shown. */
  atEqualAge: string | null;
}

/** KPIs that count each customer for as many days, from his first order on. */
const equalAgeKpis: readonly KpiId[] = kpiIds.filter((id) => {
  const { computation } = kpis[id];
  if (computation.kind === "duration") return true;
  return computation.kind === "ratio" && isFollowed(computation.denominator);
});

/** New customers of so many years: of fewer, few were followed for one. */
const YEARS = 2;

/** The page's segments as its address names them: "rfm.champions" under `a` to `d`. */
export async function compareView(shop: ReportedShop, params: URLSearchParams): Promise<CompareView> {
  const { view, place, today } = shop;
  const { defaults } = await startOf(shop);
  const asked = readAddress(params, shop, () => [], defaults);
  const notices = asked.replaced.map((each) => noticeText(place, each));
  const chosen = PLACES.map((name) => {
    const given = params.get(name) || USUAL[name];
    return { name, ref: segmentNamed(given), given };
  });
  const { period, comparison, membersAt, kpis: columns } = asked;
  // A segmentation is asked once, whatever of it is shown.
  const segmentations = [...new Set(chosen.flatMap(({ ref }) => ref?.segmentation ?? []))];
  const [answers, offered] = await Promise.all([
    Promise.all(
      segmentations.map(async (segmentation) => ({
        segmentation,
        answer: await queryKpis(view, { kpis: columns, segmentation, period, comparison, membersAt, today }),
      })),
    ),
    offeredKpis(view),
  ]);
  const found = chosen.flatMap(({ ref, given }) => {
    const { answer } = answers.find(({ segmentation }) => segmentation === ref?.segmentation) ?? {};
    const row = ref && answer?.segments.find(({ id }) => id === ref.segment);
    if (row) return [{ row, ref }];
    if (given !== NOTHING) notices.push(notASegment(given, place));
    return [];
  });
  return {
    notices,
    toolbar: toolbarView(asked, { place, today, segmentations: false }),
    pickers: chosen.map(({ name, ref }, index) => {
      const picker = withinPicker(ref, place);
      const [, ...segments] = picker.choices;
      return {
        ...{ name, usual: USUAL[name], selected: ref === null ? NOTHING : picker.selected },
        label: say(place, "compare.place", { n: index + 1 }),
        choices: [{ value: NOTHING, label: say(place, "compare.nothing") }, ...segments],
      };
    }),
    kpis: kpiChoice(asked, offered, place),
    columns: found.map(({ row, ref }) => ({
      id: `${ref.segmentation}.${ref.segment}`,
      label: rowLabel(place, row.name),
      segment: ref,
      grouping: cutLabel(place, ref.segmentation),
      members: row.members === null ? null : say(place, "members.customers", { n: row.members }),
    })),
    rows: columns.map((kpi) => ({
      kpi,
      label: kpiLabel(place, kpi),
      help: kpiHelp(place, kpi),
      cells: found.map(({ row }) => cellView(row.cells[kpi], kpi, place)),
    })),
    note: say(place, segmentations.length > 1 ? "compare.overlap" : "compare.apart"),
    ...equalAge(columns, offered, shop),
  };
}

function equalAge(
  columns: readonly KpiId[],
  offered: readonly KpiId[],
  { place, today }: ReportedShop,
): Pick<CompareView, "equalAge" | "atEqualAge"> {
  const known = equalAgeKpis.filter((id) => offered.includes(id));
  if (columns.every((id) => equalAgeKpis.includes(id)))
    return { equalAge: null, atEqualAge: say(place, "compare.atEqualAge") };
  if (known.length === 0) return { equalAge: null, atEqualAge: null };
  return {
    equalAge: {
      label: say(place, "compare.equalAge"),
      // Of those who came in the period no one was in a segment at its start.
      choices: {
        ...{ kpis: known.join(","), period: null, as_of: "today" },
        ...{ from: addMonths(today, -12 * YEARS), to: today },
      },
    },
    atEqualAge: null,
  };
}
