// Figures of segments that a member of staff follows: each a KPI of one segment, shown on Home with what became of it.
import { BadInput } from "../errors.ts";
import { isKpiId, type KpiId } from "../kpis/catalogue.ts";
import type { SegmentRef } from "../kpis/cuts/cut.ts";
import { kpiLabel } from "../kpis/kpi-words.server.ts";
import { queryKpis } from "../kpis/query.server.ts";
import { rowLabel } from "../kpis/row-words.server.ts";
import { readAddress, segmentColumns } from "./address.ts";
import { keepChoice, LONGEST_CHOICE, type UserState } from "./choices.server.ts";
import type { ReportedShop } from "./shop.server.ts";
import { startOf } from "./start.server.ts";
import { segmentNamed } from "./within.server.ts";
import { type CellView, cellView } from "./wording.server.ts";

/** So many of them are shown. */
export const MOST_FOLLOWED = 8;

export interface Followed {
  kpi: KpiId;
  segment: SegmentRef;
}

export interface FollowedView extends Followed {
  label: string;
  /** Whose figure it is. */
  of: string;
  cell: CellView;
}

/** "net_sales@rfm.champions"; null of what there is no more. */
function readOne(text: string): Followed | null {
  const at = text.indexOf("@");
  const kpi = text.slice(0, at);
  const segment = segmentNamed(text.slice(at + 1));
  return at > 0 && segment !== null && isKpiId(kpi) ? { kpi, segment } : null;
}

const written = ({ kpi, segment: { segmentation, segment } }: Followed): string =>
  `${kpi}@${segmentation}.${segment}`;

/** One a line: a segment may be called whatever a shop calls its things. */
export const followedIn = ({ choices: { followed = "" } }: UserState): readonly Followed[] =>
  followed
    .split("\n")
    .flatMap((text) => readOne(text) ?? [])
    .slice(0, MOST_FOLLOWED);

export const isFollowed = (user: UserState, one: Followed): boolean =>
  followedIn(user).some((each) => written(each) === written(one));

/** Follows a figure, or does no more. Throws BadInput when there is no such figure, or one too many. */
export async function follow(
  shop: string,
  user: UserState,
  { kpi, within, on }: { kpi: string; within: string; on: boolean },
): Promise<void> {
  const one = readOne(`${kpi}@${within}`);
  if (one === null || /\p{Cc}/u.test(within))
    throw new BadInput('"kpi" and "within" must name a KPI and a segment.');
  const others = followedIn(user).filter((each) => written(each) !== written(one));
  if (on && others.length >= MOST_FOLLOWED)
    throw new BadInput(`${MOST_FOLLOWED} figures can be followed. Stop following one first.`);
  const all = [...others, ...(on ? [one] : [])].map(written).join("\n");
  if (all.length > LONGEST_CHOICE) throw new BadInput("The names of what you follow are too long together.");
  await keepChoice(shop, user, "followed", all);
}

/** Those that are followed, for the page's days and comparison; a segment that nobody is in has none. */
export async function followedViews(
  shop: ReportedShop,
  params: URLSearchParams,
  followed: readonly Followed[],
): Promise<FollowedView[]> {
  if (followed.length === 0) return [];
  const { view, place, today } = shop;
  const { period, comparison, membersAt } = readAddress(
    params,
    shop,
    segmentColumns,
    (await startOf(shop)).defaults,
  );
  const bySegmentation = Map.groupBy(followed, ({ segment }) => segment.segmentation);
  const answers = new Map(
    await Promise.all(
      [...bySegmentation].map(async ([segmentation, those]) => {
        const kpis = [...new Set(those.map(({ kpi }) => kpi))];
        const answer = await queryKpis(view, { kpis, segmentation, period, comparison, membersAt, today });
        return [segmentation, answer] as const;
      }),
    ),
  );
  return followed.flatMap(({ kpi, segment }) => {
    const row = answers.get(segment.segmentation)?.segments.find(({ id }) => id === segment.segment);
    if (row === undefined) return [];
    return [
      {
        ...{ kpi, segment, label: kpiLabel(place, kpi), of: rowLabel(place, row.name) },
        cell: cellView(row.cells[kpi], kpi, place),
      },
    ];
  });
}
