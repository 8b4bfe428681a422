// Segments against KPIs with what is said about all of them: when they were made, which changes are judged, how they are ordered.
import { Button, InlineStack, Text } from "@shopify/polaris";
import type { SyncStatusView } from "../../reports/sync-status.server.ts";
import type { SegmentsTableView } from "../../reports/segmentation.server.ts";
import type { Picker } from "../../reports/toolbar.ts";
import { SelectField } from "../bits/field.tsx";
import { KpiPicker } from "../bits/kpi-picker.tsx";
import { useWords } from "../bits/language.ts";
import { TABLE_ROWS } from "../bits/skip-link.tsx";
import { lostCustomers, NoCustomers } from "../frame/no-customers.tsx";
import { useAddress } from "../router.ts";
import { SegmentTable } from "./segment-table.tsx";

export function SegmentsCard({
  view,
  title,
  status,
  picker,
  within = null,
}: {
  view: SegmentsTableView;
  title: string;
  status: SyncStatusView;
  /** By what is grouped, where the bar does not say it. */
  picker?: Picker;
  /** The segment within which its rows are. */
  within?: { segmentation: string; segment: string } | null;
}) {
  const { say } = useWords();
  const address = useAddress();
  const ranges = new URLSearchParams(address.search).get("ranges") === "1";
  const lost = lostCustomers(status);
  if (lost !== null && view.table.missing !== null)
    return <NoCustomers scopes={lost} more={view.table.known} />;
  return (
    <>
      <div className="card-head">
        <InlineStack align="space-between" blockAlign="center" gap="200">
          <Text as="h2" variant="headingMd">
            {title}
          </Text>
          <InlineStack gap="200" align="start" blockAlign="center">
            {view.table.byChange.possible || view.table.byChange.text !== null ? (
              <Button
                pressed={view.table.byChange.text !== null}
                onClick={() => address.go({ sort: view.table.byChange.text === null ? "change" : "usual" })}
              >
                {say("homePage.byChange")}
              </Button>
            ) : null}
            <Button pressed={ranges} onClick={() => address.go({ ranges: ranges ? "0" : "1" })}>
              {say("homePage.ranges")}
            </Button>
            {view.kpis === null ? null : <KpiPicker kpis={view.kpis} />}
            {picker === undefined ? null : <SelectField picker={picker} clears={{ sort: null }} />}
          </InlineStack>
        </InlineStack>
        <Text as="p" tone="subdued">
          {view.table.membership}
          {view.table.byChange.text === null ? "" : ` ${view.table.byChange.text}`}
        </Text>
      </div>
      {view.table.missing === null ? null : (
        <div className="table-foot">
          <Text as="p">{view.table.missing}</Text>
        </div>
      )}
      <SegmentTable
        table={view.table}
        ranges={ranges}
        rowsId={TABLE_ROWS}
        within={within === null ? null : `${within.segmentation}.${within.segment}`}
      />
      {view.comparison === null ? null : (
        <div className="table-foot">
          <Text as="p" tone="subdued">
            {say("homePage.changes")}
            {view.verdicts === null ? "" : ` ${view.verdicts}`}
          </Text>
        </div>
      )}
    </>
  );
}
