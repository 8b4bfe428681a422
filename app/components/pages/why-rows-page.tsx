// The rows behind a part of a change: the sums it stands between as links, and the rows of one of them.
import { Card, Text } from "@shopify/polaris";
import type { WhyRowsView } from "../../reports/why-rows.server.ts";
import { SelectField } from "../bits/field.tsx";
import { FindField } from "../bits/find-field.tsx";
import { useWords } from "../bits/language.ts";
import { type Framed, ReportPage } from "../frame/report-page.tsx";
import { Link, useAddress } from "../router.ts";
import { RowTable } from "../table/row-table.tsx";

/** What an address says of one list of rows alone. */
const OF_LIST = { sort: null, page: null, sign: null, find: null } as const;
const ELSEWHERE = { ...OF_LIST, part: null, row: null, rows: null } as const;

export function WhyRowsPage(framed: Framed<WhyRowsView>) {
  const { view } = framed;
  const address = useAddress();
  const { say } = useWords();
  return (
    <ReportPage
      framed={framed}
      title={view.title}
      backAction={{ content: say("explainPage.why"), url: address.href(ELSEWHERE, "/app/why") }}
    >
      <div className="wide">
        <Card padding="0">
          <div className="card-head">
            <Text as="h2" variant="headingMd">
              {view.rows?.count ?? say("explainPage.rows")}
            </Text>
            {view.missing === null ? null : <Text as="p">{view.missing}</Text>}
            {view.of === "" ? null : <Text as="p">{view.of}</Text>}
            {view.rows?.together == null ? null : (
              <Text as="p" tone="subdued">
                {view.rows.together}
              </Text>
            )}
            {view.doors.length === 0 ? null : (
              <nav aria-label={say("whyPage.lists")} className="sides">
                {view.doors.map(({ id, label, value, chosen }) => (
                  <Link
                    key={id}
                    to={address.href({ ...OF_LIST, rows: id })}
                    preventScrollReset
                    replace
                    className="quiet-link"
                    aria-current={chosen ? "true" : undefined}
                  >
                    {label} <span className="figure-value">{value}</span>
                  </Link>
                ))}
              </nav>
            )}
            {view.rows === null ? null : (
              <div className="row-filters">
                <SelectField picker={view.signs} clears={{ page: null }} />
                <FindField key={view.find} value={view.find} />
              </div>
            )}
          </div>
          {view.rows === null ? null : <RowTable rows={view.rows} label={view.title} />}
        </Card>
      </div>
    </ReportPage>
  );
}
