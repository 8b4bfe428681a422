// Cohorts: the average in a sentence, the grid with its newest cohort first, second orders by days, and the retention KPIs.
import { BlockStack, Button, Card, Text } from "@shopify/polaris";
import type { CohortsView, GridCell } from "../../reports/cohorts.server.ts";
import { DownloadButton } from "../bits/download-button.tsx";
import { SelectField } from "../bits/field.tsx";
import { Fold } from "../bits/fold.tsx";
import { useWords } from "../bits/language.ts";
import { Curves } from "../chart/curves.tsx";
import { type Framed, ReportPage } from "../frame/report-page.tsx";
import { RetentionTabs } from "../frame/retention-tabs.tsx";
import { Link, useAddress } from "../router.ts";
import { DataTable } from "../table/data-table.tsx";
import { KpiLines } from "../table/kpi-lines.tsx";

/** What an explanation's address has no use for. */
const LEFT = { kpi: null, unit: null, basis: null, beside: null, cohorts: null, ranges: null } as const;

export function CohortsPage(framed: Framed<CohortsView>) {
  const { view } = framed;
  const { say } = useWords();
  return (
    <ReportPage framed={framed} title={say("menu.retention")} above={<RetentionTabs current="cohorts" />}>
      <Card>
        <BlockStack gap="300">
          <Text as="h2" variant="headingMd">
            {say("cohortsPage.heading")}
          </Text>
          <div className="cohort-choices" role="group" aria-label={say("cohortsPage.choices")}>
            {view.pickers.map((picker) => (
              <SelectField
                key={picker.name}
                picker={picker}
                clears={picker.name === "kpi" ? { basis: null } : {}}
              />
            ))}
          </div>
          {view.none === null ? null : <Text as="p">{view.none}</Text>}
          {view.sentences.map((sentence, index) => (
            <Text key={sentence} as="p" fontWeight={index === 0 ? "semibold" : undefined}>
              {sentence}
            </Text>
          ))}
        </BlockStack>
      </Card>
      {view.grid === null ? null : <Grid view={view} grid={view.grid} />}
      {view.curve === null ? null : <Again view={view} curve={view.curve} />}
      <div className="between-cards">
        <BlockStack gap="100">
          <Text as="h2" variant="headingMd">
            {say("cohortsPage.more")}
          </Text>
          <Text as="p" tone="subdued">
            {view.comparison === null ? view.of : `${view.of}. ${view.comparison}`}
          </Text>
        </BlockStack>
      </div>
      <KpiLines view={view} status={framed.status} />
    </ReportPage>
  );
}

function Grid({ view, grid }: { view: CohortsView; grid: NonNullable<CohortsView["grid"]> }) {
  const { say } = useWords();
  const address = useAddress();
  const ranges = new URLSearchParams(address.search).get("ranges") === "1";
  return (
    <Card padding="0">
      <div className="card-head cohort-head">
        <BlockStack gap="100">
          {view.notes.map((note) => (
            <Text key={note} as="p" tone="subdued">
              {note}
            </Text>
          ))}
        </BlockStack>
        <div className="cohort-actions">
          <Button pressed={ranges} onClick={() => address.go({ ranges: ranges ? null : "1" })}>
            {say("cohortsPage.showRanges")}
          </Button>
          <DownloadButton href={view.file}>{say("cohortsPage.export")}</DownloadButton>
        </div>
      </div>
      <DataTable
        caption={grid.caption}
        className="cohort-grid"
        heads={[
          { id: "cohort", label: grid.first },
          { id: "customers", label: grid.customers, numeric: true },
          ...grid.ages.map((label) => ({ id: label, label, numeric: true })),
        ]}
        rows={grid.rows.map((row) => ({
          id: row.id,
          total: row.average,
          head: (
            <>
              {row.label}
              {row.note === null ? null : <span className="figure-note">{row.note}</span>}
            </>
          ),
          cells: [
            <span key="customers" className="figure-value">
              {row.customers}
            </span>,
            ...grid.ages.map((age, index) => {
              const cell = row.cells[index];
              return cell === undefined ? null : <Cell key={age} cell={cell} ranges={ranges} />;
            }),
          ],
        }))}
      />
    </Card>
  );
}

function Cell({ cell, ranges }: { cell: GridCell; ranges: boolean }) {
  const address = useAddress();
  if (cell.openSpoken !== null)
    return (
      <span className="cohort-cell cohort-open">
        <span aria-hidden="true">{cell.text}</span>
        <span className="visually-hidden">{cell.openSpoken}</span>
      </span>
    );
  return (
    <span className={`cohort-cell heat-${cell.heat ?? 0}`}>
      {cell.door === null ? (
        cell.text
      ) : (
        <Link to={address.href({ ...LEFT, ...cell.door }, "/app/explain")}>{cell.text}</Link>
      )}
      {ranges && cell.range !== null ? <span className="figure-note">{cell.range}</span> : null}
    </span>
  );
}

function Again({ view, curve }: { view: CohortsView; curve: NonNullable<CohortsView["curve"]> }) {
  const { say } = useWords();
  const heads = curve.heads.map((label) => ({ id: label, label, numeric: true }));
  const cells = (told: readonly string[]) =>
    told.map((text, index) => (
      <span key={index} className="figure-value">
        {text}
      </span>
    ));
  return (
    <>
      <Card padding="0">
        <div className="card-head">
          <BlockStack gap="200">
            <Text as="h2" variant="headingMd">
              {say("cohortsPage.again")}
            </Text>
            {curve.compared === null ? null : <Text as="p">{curve.compared}</Text>}
            <Curves caption={curve.caption} lines={curve.lines} />
          </BlockStack>
        </div>
        <DataTable
          caption={curve.caption}
          heads={[{ id: "of", label: say("cohortsPage.curveOf") }, ...heads]}
          rows={curve.lines.map(({ label, told }) => ({ id: label, head: label, cells: cells(told) }))}
        />
      </Card>
      {view.byCohort === null ? null : (
        <Fold title={view.byCohort.caption}>
          <DataTable
            caption={view.byCohort.caption}
            heads={[
              { id: "cohort", label: view.grid?.first ?? "" },
              { id: "customers", label: say("cohortsPage.customers"), numeric: true },
              ...heads,
            ]}
            rows={view.byCohort.rows.map(({ id, label, customers, told }) => ({
              ...{ id, head: label, cells: cells([customers, ...told]) },
            }))}
          />
        </Fold>
      )}
    </>
  );
}
