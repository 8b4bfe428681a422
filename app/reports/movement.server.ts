// The page of movement: who was in which group on a period's first day and is in which after its last, as sentences, a picture,
// tables and a list of a flow's customers.
import { UnknownSegment } from "../errors.ts";
import { isSegmentationId, type KpiId, kpis, segmentationIds } from "../kpis/catalogue.ts";
import { cutGroups } from "../kpis/cuts/choices.ts";
import { BLANK, formatValue } from "../kpis/format.ts";
import { rangeText } from "../kpis/figure-words.server.ts";
import { kpiLabel } from "../kpis/kpi-words.server.ts";
import { offeredKpis } from "../kpis/loaded.server.ts";
import { includedDays } from "../kpis/period.ts";
import { cutGroupLabel, cutLabel, rowLabel } from "../kpis/row-words.server.ts";
import { isOfToday, NO_ORDER, segmentationOf } from "../kpis/segmentations.ts";
import {
  daysOf,
  type Flow,
  FLOW_SORTS,
  movement,
  type Movement,
  type MovementQuestion,
  scoresIn,
  THRESHOLDS,
} from "../movement/movement.server.ts";
import { say } from "../words/words.server.ts";
import { type Asked, readAddress } from "./address.ts";
import { noticeText } from "./address-notices.server.ts";
import { type FlowListView, flowList } from "./flow-list.server.ts";
import { flowNamed, thresholdsIn, USUAL_THRESHOLDS } from "./movement-address.ts";
import {
  dayText,
  groupLabels,
  movementNotes,
  movementSentences,
  noMovementText,
} from "./movement-words.server.ts";
import type { ReportedShop } from "./shop.server.ts";
import { startOf } from "./start.server.ts";
import { type Picker, type ToolbarView, toolbarView } from "./toolbar.ts";
import { countText, type Place, shareText } from "./wording.server.ts";

const SHORT = 40;

export interface GroupRow {
  id: string;
  label: string;
  then: string;
  now: string;
  stayed: string;
  left: string;
  /** "95% range: …", where there is one. */
  leftRange: string | null;
  entered: string;
  firstBought: string;
}

export interface FlowCell {
  was: string;
  becomes: string;
  /** "Champions to At risk". */
  label: string;
  customers: number;
  text: string;
  /** What part it is of who was in the group; null of who had not bought. */
  share: string | null;
  netThen: string;
  netBetween: string;
  kind: "stays" | "moves" | "anew";
}

export interface FlowNode {
  id: string;
  label: string;
  text: string;
  customers: number;
}

export interface MovementView {
  notices: readonly string[];
  toolbar: ToolbarView;
  from: string;
  to: string;
  /** Why nothing is told. */
  missing: string | null;
  sentences: readonly string[];
  notes: readonly string[];
  groups: readonly GroupRow[];
  /** Where customers were, and where they are: the groups of the table and the picture. */
  then: readonly FlowNode[];
  now: readonly FlowNode[];
  /** The largest first. */
  flows: readonly FlowCell[];
  caption: string;
  list: FlowListView | null;
  /** Where sizes month by month are answered. */
  history: string;
  /** The same with the chosen KPI, which takes longer. */
  monthly: string;
  kpi: Picker;
}

/** `chart` of the address is the KPI told month by month. Throws UnknownSegmentation. */
export async function movementView(shop: ReportedShop, params: URLSearchParams): Promise<MovementView> {
  const { view, place, today } = shop;
  const { defaults } = await startOf(shop);
  const read = readAddress(params, shop, () => FLOW_SORTS, defaults);
  const segmentation = isSegmentationId(read.segmentation) ? read.segmentation : defaults.segmentation;
  const asked: Asked = { ...read, segmentation };
  const thresholds = thresholdsIn(params);
  const question: MovementQuestion = {
    ...{ segmentation, ...daysOf(asked.period, today) },
    thresholds: thresholds ?? USUAL_THRESHOLDS,
  };
  const [found, offered] = await Promise.all([movement(view, question), offeredKpis(view)]);
  const days = { from: dayText(question.from, place), to: dayText(question.to, place) };
  const notices = asked.replaced.map((each) => noticeText(place, each));
  if (thresholds === null)
    notices.push(
      say(place, "movement.noThresholds", {
        given: (params.get("thresholds") ?? "").slice(0, SHORT).toWellFormed(),
      }),
    );
  const { reason } = found;
  return {
    notices,
    toolbar: barOf(asked, question, shop),
    ...days,
    missing: reason && noMovementText(reason, question, place),
    sentences: reason === null ? movementSentences(found, question, place) : [],
    notes: reason === null ? movementNotes(found, question, place) : [],
    groups: found.segments.map((segment): GroupRow => {
      const { id, then, left, leftShare: share } = segment;
      const count = (value: number) => countText(value, place.locale);
      return {
        ...{ id, label: rowLabel(place, segment.name), then: count(then), now: count(segment.now) },
        stayed: count(segment.stayed),
        left:
          share === null
            ? count(left)
            : say(place, "movement.stayed", { n: left, share: shareText(left, then, place.locale) }),
        leftRange: share && rangeText(share, "rate", place, "sentence"),
        ...{ entered: count(segment.entered), firstBought: count(segment.firstBought) },
      };
    }),
    ...sidesOf(found, place),
    caption: say(place, "movement.caption", days),
    list: await listed(shop, params, asked, question, notices),
    history: historyAddress(asked, question, place),
    monthly: historyAddress(asked, question, place, { kpi: asked.chart }),
    kpi: {
      ...{ name: "chart", label: say(place, "whyPage.kpi"), selected: asked.chart, usual: asked.usual.chart },
      choices: [...new Set([...offered.filter(isBySegment), asked.chart])].map((value) => ({
        ...{ value, label: kpiLabel(place, value) },
      })),
    },
  };
}

const isBySegment = (id: KpiId): boolean => kpis[id].outside.length === 0;

/** Days, grouping and cut points: nothing is compared, and customers are grouped on both days. */
function barOf(
  asked: Asked,
  { segmentation, from, thresholds }: MovementQuestion,
  shop: ReportedShop,
): ToolbarView {
  const { place, today } = shop;
  const offered = segmentationIds.filter((id) => id === segmentation || !isOfToday(segmentationOf(id)));
  const cutPoints: Picker = {
    ...{ name: "thresholds", label: say(place, "movement.thresholds") },
    ...{ selected: thresholds, usual: USUAL_THRESHOLDS },
    choices: THRESHOLDS.map((value) => ({
      value,
      label:
        value === "first"
          ? say(place, "movement.thresholdsFirst", { day: dayText(from, place) })
          : say(place, "movement.thresholdsEach"),
    })),
  };
  return {
    period: toolbarView(asked, { place, today, segmentations: false }).period,
    compare: null,
    pickers: [
      {
        ...{ name: "segmentation", label: say(place, "toolbar.groupBy") },
        ...{ selected: segmentation, usual: asked.usual.segmentation },
        choices: offered.map((id) => ({
          ...{ value: id, label: cutLabel(place, id), group: cutGroupLabel(place, cutGroups[id]) },
        })),
      },
      ...(scoresIn(segmentationOf(segmentation)) ? [cutPoints] : []),
    ],
  };
}

function sidesOf(found: Movement, place: Place): Pick<MovementView, "then" | "now" | "flows"> {
  const label = groupLabels(found, place);
  const node = (id: string, customers: number): FlowNode => ({
    ...{ id, label: label(id), customers, text: countText(customers, place.locale) },
  });
  const sizes = new Map(found.segments.map(({ id, then }) => [id, then]));
  const cell = ({ was, becomes, customers, netThen, netBetween }: Flow): FlowCell => {
    const kind = was === NO_ORDER.id ? "anew" : was === becomes ? "stays" : "moves";
    return {
      ...{ was, becomes, customers, kind, text: countText(customers, place.locale) },
      label:
        kind === "stays"
          ? say(place, "movement.stays", { segment: label(was) })
          : say(place, "movement.flow", { was: label(was), becomes: label(becomes) }),
      share: kind === "anew" ? null : shareText(customers, sizes.get(was) ?? 0, place.locale),
      netThen: kind === "anew" ? BLANK : formatValue(netThen, "money", place),
      netBetween: formatValue(netBetween, "money", place),
    };
  };
  const { firstBought } = found;
  return {
    then: [
      ...found.segments.map(({ id, then }) => node(id, then)),
      ...(firstBought === 0 ? [] : [node(NO_ORDER.id, firstBought)]),
    ],
    now: found.segments.map(({ id, now }) => node(id, now)),
    flows: found.flows.map(cell),
  };
}

/** Null where the address names no flow, or one that there is not, which is told. */
async function listed(
  shop: ReportedShop,
  params: URLSearchParams,
  asked: Asked,
  question: MovementQuestion,
  notices: string[],
): Promise<FlowListView | null> {
  const named = flowNamed(params);
  if (named === null) return null;
  try {
    return await flowList(shop, asked, question, named);
  } catch (error) {
    if (!(error instanceof UnknownSegment)) throw error;
    const given = [named.was, named.becomes].filter((each) => each !== null).join(", ");
    notices.push(say(shop.place, "movement.notASegment", { given: given.slice(0, SHORT).toWellFormed() }));
    return null;
  }
}

function historyAddress(
  asked: Asked,
  { segmentation, thresholds }: MovementQuestion,
  { locale }: Place,
  more: { kpi?: KpiId } = {},
): string {
  const query = new URLSearchParams({
    ...{ segmentation, thresholds, locale, ...more },
    ...(asked.preset === "custom" ? includedDays(asked.period) : { period: asked.preset }),
  });
  return `/api/segment-history?${query.toString()}`;
}
