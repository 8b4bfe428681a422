// Sizes of groups month by month, and one KPI of them: they take longer than a page, so that they come after it.
import { Text } from "@shopify/polaris";
import type { HistoryAnswer } from "../../reports/movement-answer.server.ts";
import type { Picker } from "../../reports/toolbar.ts";
import { SelectField } from "../bits/field.tsx";
import { useWords } from "../bits/language.ts";
import { useAnswer } from "../bits/use-answer.ts";
import { DataTable } from "./data-table.tsx";

const known = (answer: HistoryAnswer | null | "failed"): HistoryAnswer | null =>
  answer === "failed" ? null : answer;

export function SegmentHistory({ sizes, monthly, kpi }: { sizes: string; monthly: string; kpi: Picker }) {
  const { say } = useWords();
  const counted = useAnswer<HistoryAnswer>(sizes);
  const figures = useAnswer<HistoryAnswer>(monthly);
  const found = known(counted);
  const months = known(figures);
  const text =
    found === null
      ? say(counted === null ? "movementPage.counting" : "movementPage.notCounted")
      : (found.reason?.text ?? (found.days.length === 0 ? say("movementPage.noMonths") : null));
  return (
    <>
      <div className="card-head">
        <Text as="h2" variant="headingMd">
          {say("movementPage.sizes")}
        </Text>
        <Text as="p" tone="subdued">
          {say("movementPage.sizesHelp")}
        </Text>
        <div role="status">{text === null ? null : <Text as="p">{text}</Text>}</div>
      </div>
      {found === null || found.days.length === 0 ? null : <Sizes answer={found} />}
      <div className="card-head">
        <div className="why-head">
          <Text as="h2" variant="headingMd">
            {say("movementPage.monthly")}
          </Text>
          <SelectField picker={kpi} />
        </div>
        <Text as="p" tone="subdued">
          {say("movementPage.kpiHelp")}
        </Text>
        <div role="status">
          {months !== null ? null : (
            <Text as="p">{say(figures === null ? "movementPage.asking" : "movementPage.notAsked")}</Text>
          )}
        </div>
      </div>
      {months?.kpi == null || months.kpi.months.length === 0 ? null : (
        <Monthly kpi={months.kpi} segments={months.segments} />
      )}
    </>
  );
}

function Sizes({ answer: { segments, days } }: { answer: HistoryAnswer }) {
  const { say } = useWords();
  return (
    <DataTable
      tall
      caption={say("movementPage.sizes")}
      heads={[
        { id: "*day", label: say("movementPage.day") },
        ...segments.map(({ id, label }) => ({ id, label, numeric: true })),
      ]}
      rows={days.toReversed().map(({ day, label, members }) => ({
        id: day,
        head: label,
        cells: segments.map(({ id }) => (
          <span key={id} className="figure-value">
            {members === null
              ? say("movementPage.notGrouped")
              : say("movementPage.count", { n: members[id] ?? 0 })}
          </span>
        )),
      }))}
    />
  );
}

function Monthly({
  kpi: { label, months },
  segments,
}: {
  kpi: NonNullable<HistoryAnswer["kpi"]>;
  segments: HistoryAnswer["segments"];
}) {
  const { say } = useWords();
  return (
    <DataTable
      caption={label}
      heads={[
        { id: "*month", label: say("movementPage.month") },
        ...segments.map((segment) => ({ id: segment.id, label: segment.label, numeric: true })),
      ]}
      rows={months.toReversed().map(({ from, label: month, values }) => ({
        id: from,
        head: month,
        cells: values.map(({ id, text }) => (
          <span key={id} className="figure-value">
            {text}
          </span>
        )),
      }))}
    />
  );
}
