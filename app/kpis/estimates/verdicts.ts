// Which changes are judged together, and what is said of them. A family is fixed by the question about a period, a comparison
// and segments, never by which KPIs are asked for beside: so a page, a file and a script say the same of a change.
import type { Change, Family, KpiCell } from "../answer.ts";
import { JUDGED_TOGETHER, type KpiId } from "../catalogue.ts";
import type { Draft } from "./cell.ts";
import type { Judgeable } from "./change.ts";
import { type Between, judge, type Judged } from "./discoveries.ts";
import { pValueOf } from "./ranges.ts";

const together: readonly KpiId[] = JUDGED_TOGETHER;

/** The KPIs of its family: those a home page begins with are one, every other KPI is one by itself. */
const familyOf = (id: KpiId): readonly KpiId[] => (together.includes(id) ? together : [id]);

/** What must be known for verdicts on these KPIs: these, and whatever is judged with them. */
export const withFamilies = (ids: readonly KpiId[]): KpiId[] => [
  ...new Set([...ids, ...ids.flatMap(familyOf)]),
];

/** The cells of one row by KPI, not judged yet. */
export type DraftRow = ReadonlyMap<KpiId, Draft>;

const nameOf = (family: readonly KpiId[]) => family.join(" ");

/** Judges the changes of all rows. @param between whether rows may share customers */
export function verdictsOf(
  rows: readonly DraftRow[],
  ids: readonly KpiId[],
  between: Between,
): { cells: (row: DraftRow) => Record<KpiId, KpiCell>; families: Family[] } {
  const families = new Map(ids.map((id) => [nameOf(familyOf(id)), familyOf(id)]));
  const changes = new Map<Draft, Change>();
  const told = [...families.values()].map((kpis): Family => {
    const drafts = rows.flatMap((row) => kpis.flatMap((id) => row.get(id) ?? []));
    const judgeable = drafts.flatMap((draft) => {
      const { judgeable: by, cell } = draft;
      return by === null || cell.change === null ? [] : [{ draft, by, change: cell.change }];
    });
    const judged = judge(
      judgeable.map(({ by }) => pValueOf(by.rangeAt)),
      between,
    );
    for (const [index, { draft, by, change }] of judgeable.entries())
      changes.set(draft, withVerdict(change, by, judged, judged.found[index] ?? false));
    return {
      kpis,
      judged: judgeable.length,
      found: judged.found.filter(Boolean).length,
      level: judgeable.length === 0 ? null : judged.level,
    };
  });
  const cellOf = (draft: Draft): KpiCell => ({
    ...draft.cell,
    change: changes.get(draft) ?? draft.cell.change,
  });
  const cells = (row: DraftRow) =>
    Object.fromEntries(
      ids.flatMap((id): [KpiId, KpiCell][] => {
        const draft = row.get(id);
        return draft === undefined ? [] : [[id, cellOf(draft)]];
      }),
    ) as Record<KpiId, KpiCell>; // holds the KPIs asked for
  return { cells, families: told };
}

function withVerdict(
  change: Change,
  { rangeAt, shown, isRanged }: Judgeable,
  { level, z }: Judged,
  isFound: boolean,
) {
  const range = isRanged ? { ...shown(rangeAt(z)), sureness: "sure" as const, level } : {};
  return { ...change, ...range, verdict: isFound ? ("more_than_noise" as const) : ("noise" as const) };
}
