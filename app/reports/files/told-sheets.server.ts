// What a workbook says of its figures beside them: what each KPI is and how it is counted, and what the table is of.
import { sourceCoverage } from "../../warehouse/coverage.ts";
import { instantOf } from "../../warehouse/values.ts";
import type { Answer } from "../../kpis/answer.ts";
import { type Explanation, type KpiId, kpis } from "../../kpis/catalogue.ts";
import { explanationOf } from "../../kpis/formula.server.ts";
import { kpiHelp, kpiLabel } from "../../kpis/kpi-words.server.ts";
import { formatPeriod } from "../../kpis/period.ts";
import { cutLabel } from "../../kpis/row-words.server.ts";
import { type Reader, say } from "../../words/words.server.ts";
import type { Asked } from "../address.ts";
import { rowsSentence } from "../cut.server.ts";
import { excludedLine } from "../exclusion.server.ts";
import type { ReportedShop } from "../shop.server.ts";
import { verdictsSentence } from "../verdict-words.ts";
import { comparisonSentence } from "../wording.server.ts";
import type { Sheet } from "./workbook.server.ts";

type Told = Omit<Sheet, "name">;

/** "Net sales = …", and below it what that is made of, each thing once. */
function formulas(explanation: Explanation): string[] {
  const found = new Set<string>();
  const add = ({ label, formula, inputs }: Explanation) => {
    found.add(`${label} = ${formula}`);
    inputs.forEach(add);
  };
  add(explanation);
  return [...found];
}

export const definitions = (ids: readonly KpiId[], place: Reader): Told => ({
  header: [
    say(place, "workbook.kpi"),
    say(place, "workbook.id"),
    say(place, "workbook.unit"),
    say(place, "workbook.meaning"),
    say(place, "workbook.counted"),
  ],
  rows: ids.map((id) => [
    kpiLabel(place, id),
    id,
    say(place, `workbook.in_${kpis[id].unit}`),
    kpiHelp(place, id),
    formulas(explanationOf(place, id)).join("; "),
  ]),
  widths: [28, 24, 14, 80, 120],
});

export function about(answer: Answer, asked: Asked, reported: ReportedShop): Told {
  const { shop, place, meta, now } = reported;
  const { fresh_at: freshAt } = sourceCoverage(meta, "orders");
  const line = (label: string, value: string | null) => (value === null ? [] : [[label, value]]);
  return {
    header: [say(place, "workbook.what"), say(place, "workbook.is")],
    rows: [
      ...line(say(place, "workbook.shop"), shop),
      ...line(say(place, "workbook.period"), formatPeriod(answer.period, place.locale)),
      ...line(say(place, "workbook.comparison"), comparisonSentence(answer, asked.comparison, place)),
      ...line(say(place, "workbook.grouping"), cutLabel(place, asked.segmentation)),
      ...line(say(place, "workbook.members"), rowsSentence(asked, answer, place)),
      ...line(say(place, "workbook.judged"), verdictsSentence(answer, asked.segmentation, place)),
      ...line(say(place, "exclusion.chosen"), excludedLine(reported)),
      ...line(say(place, "workbook.currency"), answer.currency),
      ...line(say(place, "workbook.zone"), answer.timeZone),
      ...line(say(place, "workbook.complete"), freshAt === null ? null : instantOf(freshAt).toISOString()),
      ...line(say(place, "workbook.made"), now.toISOString()),
    ],
    widths: [24, 120],
  };
}
