// Sizes of groups month by month, and one KPI of them: they take longer than a page, so that they come after it.
import { Text } from "@shopify/polaris";
import type { HistoryAnswer } from "../../reports/movement-answer.server.ts";
import type { Picker } from "../../reports/toolbar.ts";
import { SelectField } from "../bits/field.tsx";
import { useWords } from "../bits/language.ts";
import { useAnswer } from "../bits/use-answer.ts";
import { DataTable } from "./data-table.tsx";

export function SegmentHistory({ from, kpi }: { from: string; kpi: Picker }) {
  const { say } = useWords();
  const answer = useAnswer<HistoryAnswer>(from);
  const known = answer === null || answer === "failed" ? null : answer;
  return (
    <>
      <div className="card-head">
        <Text as="h2" variant="headingMd">
          {say("movementPage.sizes")}
        </Text>
        <Text as="p" tone="subdued">
          {say("movementPage.sizesHelp")}
        </Text>
        <div role="status">
          {known === null ? (
            <Text as="p">{say(answer === null ? "movementPage.counting" : "movementPage.notCounted")}</Text>
          ) : known.reason !== null ? (
            <Text as="p">{known.reason.text}</Text>
          ) : known.days.length === 0 ? (
            <Text as="p">{say("movementPage.noMonths")}</Text>
          ) : null}
        </div>
      </div>
      {known === null || known.days.length === 0 ? null : <Sizes answer={known} />}
      <div className="card-head">
        <SelectField picker={kpi} />
        <Text as="p" tone="subdued">
          {say("movementPage.kpiHelp")}
        </Text>
      </div>
      {known?.kpi == null || known.kpi.months.length === 0 ? null : (
        <Monthly kpi={known.kpi} segments={known.segments} />
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
