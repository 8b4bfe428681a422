// What a page says of its verdicts: which changes were judged together, how many of them are unlikely to be chance, and how
// many of such verdicts are expected to be wrong.
import type { Answer, Family } from "../kpis/answer.ts";
import { kpis } from "../kpis/catalogue.ts";
import { FALSE_DISCOVERIES } from "../kpis/estimates/discoveries.ts";
import { formatValue, lower } from "../kpis/format.ts";
import { countText, type Place, quantity } from "./wording.server.ts";

/** Null where nothing is judged. */
export function verdictsSentence(answer: Answer, segmentation: string, place: Place): string | null {
  const families = answer.families.filter(({ judged }) => judged > 0);
  const [first, ...others] = families.toSorted((a, b) => b.kpis.length - a.kpis.length);
  if (first === undefined) return null;
  const wrong = formatValue(FALSE_DISCOVERIES, "rate", place).replace(/\.0(?=\D)/, "");
  const told = [
    `Judged together, for the shop and all segments by ${segmentation}, whichever KPIs are shown, are ${familyText(first, place)}.`,
    ...(others.length === 0
      ? []
      : [
          `Each other KPI is judged by itself over the same rows: ${countsText(
            others.reduce((sum, { judged }) => sum + judged, 0),
            others.reduce((sum, { found }) => sum + found, 0),
            place,
          )}.`,
        ]),
    `Of the changes called unlikely to be chance, at most ${wrong} are expected to be chance; ranges of changes are widened for that.`,
  ];
  return told.join(" ");
}

/** "net sales and orders: 62 changes, 3 unlikely to be chance". */
function familyText({ kpis: ids, judged, found }: Family, place: Place): string {
  const labels = new Intl.ListFormat(place.locale, { type: "conjunction" }).format(
    ids.map((id) => lower(kpis[id].label)),
  );
  return `${labels}: ${countsText(judged, found, place)}`;
}

const countsText = (judged: number, found: number, { locale }: Place) =>
  `${quantity(judged, "change", "changes", locale)}, ${countText(found, locale)} unlikely to be chance`;
