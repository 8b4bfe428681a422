// KPIs by chapter, each a row: what it is, its value, and what became of it; and those of which nothing is known yet.
import { Card, Text } from "@shopify/polaris";
import type { ReactNode } from "react";
import type { KpiLine, KpiLinesView } from "../../reports/kpi-lines.server.ts";
import type { SyncStatusView } from "../../reports/sync-status.server.ts";
import { Info } from "../bits/info.tsx";
import { useLanguage, useWords } from "../bits/language.ts";
import { lostCustomers, NoCustomers } from "../frame/no-customers.tsx";
import { Link, useAddress } from "../router.ts";
import { DataTable } from "./data-table.tsx";
import { useExplained } from "./figures.tsx";
import { Moved, Value } from "./kpi-list.tsx";

export function KpiLines({
  view,
  status,
  aside,
}: {
  view: KpiLinesView;
  status: SyncStatusView;
  /** Beside each row. */
  aside?: { label: string; of: (line: KpiLine) => ReactNode };
}) {
  const { say } = useWords();
  const language = useLanguage();
  const address = useAddress();
  const explained = useExplained();
  const compared = view.comparison !== null;
  const lost = lostCustomers(status);
  const isUntold = ({ cell }: KpiLine) => lost !== null && cell.reason !== null;
  const untold = view.chapters.flatMap(({ lines }) => lines.filter(isUntold).map(({ label }) => label));
  const chapters = view.chapters
    .map((chapter) => ({ ...chapter, lines: chapter.lines.filter((line) => !isUntold(line)) }))
    .filter(({ lines }) => lines.length > 0);
  return (
    <>
      {lost === null || untold.length === 0 ? null : (
        <Card padding="0">
          <NoCustomers
            scopes={lost}
            more={say("kpiPages.untold", {
              n: untold.length,
              kpis: new Intl.ListFormat(language, { type: "conjunction" }).format(untold),
            })}
          />
        </Card>
      )}
      {chapters.map((chapter) => (
        <Card key={chapter.id} padding="0">
          <div className="card-head">
            <Text as="h2" variant="headingMd">
              {chapter.label}
            </Text>
          </div>
          <DataTable
            caption={say("kpiPages.caption", { chapter: chapter.label })}
            className="kpi-list"
            stacked
            heads={[
              { id: "kpi", label: say("kpiPages.kpi") },
              { id: "value", label: say("kpiPages.value"), numeric: true },
              ...(compared ? [{ id: "change", label: say("kpiPages.change") }] : []),
              ...(aside === undefined ? [] : [{ id: "aside", label: aside.label, hidden: true }]),
            ]}
            rows={chapter.lines.map((line) => ({
              id: line.kpi,
              head: (
                <span className="kpi-name">
                  <Link
                    to={address.href({ sort: null, page: null }, `/app/kpis/${line.kpi}`)}
                    className="row-link"
                  >
                    {line.label}
                  </Link>
                  <Info about={line.label} text={line.help} />
                </span>
              ),
              cells: [
                <Value key="value" row={line} explain={explained(line, view.of, view.segment)} />,
                ...(compared ? [<Moved key="change" row={line} />] : []),
                ...(aside === undefined ? [] : [<span key="aside">{aside.of(line)}</span>]),
              ],
            }))}
          />
        </Card>
      ))}
      {view.missing.length === 0 ? null : (
        <Card>
          <Text as="h2" variant="headingMd">
            {say("kpiPages.missing")}
          </Text>
          <ul className="plain-list">
            {view.missing.map(({ kpi, label, reason }) => (
              <li key={kpi}>{say("common.labelled", { label, value: reason })}</li>
            ))}
          </ul>
        </Card>
      )}
      {view.verdicts === null ? null : (
        <div className="between-cards">
          <Text as="p" tone="subdued">
            {view.verdicts}
          </Text>
        </div>
      )}
    </>
  );
}
