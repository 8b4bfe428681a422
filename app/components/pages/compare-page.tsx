// Two to four segments side by side.
import { Button, Card, InlineStack, Text } from "@shopify/polaris";
import type { CompareView } from "../../reports/compare.server.ts";
import { SelectField } from "../bits/field.tsx";
import { Info } from "../bits/info.tsx";
import { KpiPicker } from "../bits/kpi-picker.tsx";
import { useWords } from "../bits/language.ts";
import { lostCustomers, NoCustomers } from "../frame/no-customers.tsx";
import { type Framed, ReportPage } from "../frame/report-page.tsx";
import { Link, useAddress } from "../router.ts";
import { DataTable } from "../table/data-table.tsx";
import { useExplained } from "../table/figures.tsx";
import { Value } from "../table/kpi-list.tsx";

export function ComparePage(framed: Framed<CompareView>) {
  const { view } = framed;
  const { say } = useWords();
  const address = useAddress();
  const explained = useExplained();
  const lost = lostCustomers(framed.status);
  const isUntold = view.columns.length > 0 && view.columns.every(({ members }) => members === null);
  const hrefOf = ({ segmentation, segment }: CompareView["columns"][number]["segment"]) =>
    address.href(
      { a: null, b: null, c: null, d: null, page: null },
      `/app/segments/${segmentation}/${encodeURIComponent(segment)}`,
    );
  return (
    <ReportPage
      framed={framed}
      title={say("comparePage.title")}
      backAction={{
        content: say("segmentPages.title"),
        url: address.href({ a: null, b: null, c: null, d: null }, "/app/segments"),
      }}
    >
      <Card>
        <div className="compare-pickers">
          {view.pickers.map((picker) => (
            <SelectField key={picker.name} picker={picker} />
          ))}
        </div>
      </Card>
      <div className="wide">
        <Card padding="0">
          {lost !== null && isUntold ? (
            <NoCustomers scopes={lost} more={null} />
          ) : (
            <div className="card-head">
              <InlineStack align="end" gap="200">
                {view.equalAge === null ? null : (
                  <Button onClick={() => address.go(view.equalAge?.choices ?? {})}>
                    {view.equalAge.label}
                  </Button>
                )}
                <KpiPicker kpis={view.kpis} />
              </InlineStack>
              {view.atEqualAge === null ? null : <Text as="p">{view.atEqualAge}</Text>}
              <Text as="p" tone="subdued">
                {view.columns.length === 0 ? say("comparePage.choose") : view.note}
              </Text>
            </div>
          )}
          {view.columns.length === 0 || (lost !== null && isUntold) ? null : (
            <DataTable
              caption={say("comparePage.caption")}
              heads={[
                { id: "kpi", label: say("comparePage.kpi") },
                ...view.columns.map(({ id, label }) => ({ id, label, numeric: true })),
              ]}
              rows={[
                {
                  id: "segmentation",
                  head: "",
                  cells: view.columns.map(({ id, segment, grouping, members }) => (
                    <span key={id} className="figure">
                      <Link to={hrefOf(segment)} className="row-link">
                        {grouping}
                      </Link>
                      {members === null ? null : <span className="figure-note">{members}</span>}
                    </span>
                  )),
                },
                ...view.rows.map(({ kpi, label, help, cells }) => ({
                  id: kpi,
                  head: (
                    <span className="kpi-name">
                      <Link to={address.href({}, `/app/kpis/${kpi}`)} className="row-link">
                        {label}
                      </Link>
                      <Info about={label} text={help} />
                    </span>
                  ),
                  cells: cells.map((cell, index) => {
                    const column = view.columns[index];
                    return column === undefined ? null : (
                      <Value
                        key={column.id}
                        row={{ cell }}
                        explain={explained({ kpi, label }, column.label, column.segment)}
                      />
                    );
                  }),
                })),
              ]}
            />
          )}
        </Card>
      </div>
    </ReportPage>
  );
}
