// The customers of a flow between two groups, a page of them, by number alone.
import { formatValue } from "../kpis/format.ts";
import { addDays, formatDay } from "../kpis/period.ts";
import {
  type FlowOf,
  flowIn,
  flowPage,
  FLOW_SORTS,
  type FlowSort,
  movement,
  type MovementQuestion,
} from "../movement/movement.server.ts";
import { say } from "../words/words.server.ts";
import type { Asked } from "./address.ts";
import { dayText, groupLabels } from "./movement-words.server.ts";
import type { ReportedShop } from "./shop.server.ts";
import { countText, type Place } from "./wording.server.ts";

const PER_PAGE = 50;

export interface FlowListView {
  /** "Customers: Champions on Oct 1, At risk on Nov 1". */
  title: string;
  sorted: { by: FlowSort; direction: "ascending" | "descending" };
  rows: readonly { id: number; cells: Readonly<Record<FlowSort, string>> }[];
  showing: string;
  page: number;
  pages: number;
  file: string;
}

/** Throws UnknownSegment. */
export async function flowList(
  shop: ReportedShop,
  { sort: given, page: wanted }: Asked,
  question: MovementQuestion,
  named: FlowOf,
): Promise<FlowListView | null> {
  const { view, place, today } = shop;
  const { was, becomes, customers, reason } = await flowIn(view, question, named);
  if (reason !== null) return null;
  const by = FLOW_SORTS.find((each) => each === given?.by) ?? "net_between";
  const descending = given === null || given.by !== by ? true : given.descending;
  const pages = Math.max(1, Math.ceil(customers / PER_PAGE));
  const page = Math.min(wanted, pages);
  const first = (page - 1) * PER_PAGE;
  const rows = await flowPage(
    view,
    { ...question, was, becomes, sort: by, descending },
    { offset: first, limit: PER_PAGE },
  );
  const label = groupLabels(await movement(view, question), place);
  return {
    title: titleOf({ was, becomes }, question, label, place),
    sorted: { by, direction: descending ? "descending" : "ascending" },
    rows: rows.map((row) => ({
      id: row.customer_id,
      cells: {
        net_between: formatValue(row.net_between, "money", place),
        net: formatValue(row.net, "money", place),
        orders: countText(row.orders, place.locale),
        last_day: row.last_day === null ? "–" : formatDay(row.last_day, place.locale, today),
      },
    })),
    showing:
      customers === 0
        ? say(place, "members.none")
        : say(place, "members.showing", { first: first + 1, last: first + rows.length, n: customers }),
    ...{ page, pages },
    file: fileOf({ was, becomes }, question, `${descending ? "-" : ""}${by}`, shop),
  };
}

function titleOf(
  { was, becomes }: FlowOf,
  { from, to }: MovementQuestion,
  label: (id: string) => string,
  place: Place,
): string {
  const days = { from: dayText(from, place), to: dayText(to, place) };
  if (was === null) return say(place, "movement.listBecomes", { ...days, becomes: label(becomes ?? "") });
  if (becomes === null) return say(place, "movement.listWas", { ...days, was: label(was) });
  return say(place, "movement.listFlow", { ...days, was: label(was), becomes: label(becomes) });
}

function fileOf(
  { was, becomes }: FlowOf,
  question: MovementQuestion,
  sort: string,
  shop: ReportedShop,
): string {
  const { segmentation, from, to, thresholds } = question;
  const query = new URLSearchParams({
    ...{ segmentation, thresholds, sort, locale: shop.place.locale, from, to: addDays(to, -1) },
    ...(was === null ? {} : { was }),
    ...(becomes === null ? {} : { becomes }),
  });
  return `/app/export/flow.csv?${query.toString()}`;
}
