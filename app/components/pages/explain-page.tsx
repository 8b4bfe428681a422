// How a figure came about: the sentence first, then its sum with its own numbers, what is left out, and the rows behind it.
import { BlockStack, Card, InlineStack, Text } from "@shopify/polaris";
import type { ReactNode } from "react";
import type { ExplainView } from "../../reports/explain.server.ts";
import { DownloadButton } from "../bits/download-button.tsx";
import { SelectField } from "../bits/field.tsx";
import { FindField } from "../bits/find-field.tsx";
import { useWords } from "../bits/language.ts";
import { lostCustomers, NoCustomers } from "../frame/no-customers.tsx";
import { type Framed, ReportPage } from "../frame/report-page.tsx";
import { Link, useAddress } from "../router.ts";
import { RowTable } from "../table/row-table.tsx";
import { SumList } from "../table/sum-list.tsx";

/** What an address says of rows alone; it means nothing of another figure, or on another page. */
const OF_ROWS = { side: null, sort: null, page: null, sign: null, find: null } as const;
const ELSEWHERE = { ...OF_ROWS, segment: null, within: null } as const;

export function ExplainPage(framed: Framed<ExplainView>) {
  const { view } = framed;
  const address = useAddress();
  const { say } = useWords();
  const [kpi, of] = view.pickers;
  const lost = lostCustomers(framed.status);
  return (
    <ReportPage
      framed={framed}
      title={view.title}
      backAction={{ content: say("common.home"), url: address.href(ELSEWHERE, "/app") }}
    >
      <Card>
        <BlockStack gap="300">
          <InlineStack gap="300">
            {kpi === undefined ? null : <SelectField picker={kpi} clears={OF_ROWS} />}
            {of === undefined ? null : <SelectField picker={of} clears={{ page: null }} />}
          </InlineStack>
          <BlockStack gap="100">
            <Text as="p" variant="bodyLg">
              {view.sentence}
            </Text>
            <Text as="p" tone="subdued">
              {view.of}
            </Text>
          </BlockStack>
          <FigureNow view={view} />
          <Link to={address.href({ ...ELSEWHERE, within: view.within }, "/app/why")} className="why-link">
            {say("explainPage.why")}
          </Link>
        </BlockStack>
      </Card>
      <Card>
        <BlockStack gap="300">
          <Part title={say("explainPage.sum")}>
            <SumList
              line={view.sum}
              to={({ id, ofShop }) =>
                address.href({ ...OF_ROWS, chart: id, ...(ofShop ? { segment: null } : {}) })
              }
            />
          </Part>
          <Part title={say("explainPage.range")}>
            <Text as="p">{view.range}</Text>
          </Part>
          {view.leftOut.length === 0 ? null : (
            <Part title={say("explainPage.leftOut")}>
              <ul className="plain-list">
                {view.leftOut.map(({ code, text }) => (
                  <li key={code}>{text}</li>
                ))}
              </ul>
              <Link to={address.href(ELSEWHERE, "/app/data")} className="why-link">
                {say("explainPage.data")}
              </Link>
            </Part>
          )}
          <Part title={say("explainPage.known")}>
            <Text as="p">{view.known.join(" ")}</Text>
          </Part>
          <Part title={say("explainPage.shopify")}>
            <Text as="p">{view.shopify}</Text>
          </Part>
        </BlockStack>
      </Card>
      {lost !== null && view.missing !== null ? (
        <Card padding="0">
          <NoCustomers scopes={lost} more={null} />
        </Card>
      ) : (
        <Rows view={view} />
      )}
    </ReportPage>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <BlockStack gap="100">
      <Text as="h2" variant="headingSm">
        {title}
      </Text>
      {children}
    </BlockStack>
  );
}

function FigureNow({ view: { cell } }: { view: ExplainView }) {
  const notes = [cell.parts, cell.range, cell.known, cell.settled, cell.reason, cell.large];
  return (
    <div className="explained">
      <span className="figure-value">{cell.value}</span>
      {notes.map((note) =>
        note === null ? null : (
          <span key={note} className="figure-note">
            {note}
          </span>
        ),
      )}
    </div>
  );
}

function Rows({ view: { rows, missing, sides, signs, find, file, receipt, title } }: { view: ExplainView }) {
  const address = useAddress();
  const { say } = useWords();
  return (
    <div className="wide">
      <Card padding="0">
        <div className="card-head">
          <InlineStack align="space-between" blockAlign="center" gap="200">
            <Text as="h2" variant="headingMd">
              {rows === null ? say("explainPage.rows") : rows.count}
            </Text>
            {rows === null ? null : (
              <InlineStack gap="200">
                <DownloadButton href={receipt}>{say("explainPage.receipt")}</DownloadButton>
                <DownloadButton href={file}>{say("explainPage.export")}</DownloadButton>
              </InlineStack>
            )}
          </InlineStack>
          {missing === null ? null : <Text as="p">{missing}</Text>}
          {rows?.together == null ? null : (
            <Text as="p" tone="subdued">
              {rows.together}
            </Text>
          )}
          {sides.length === 0 ? null : (
            <nav aria-label={say("explainPage.side")} className="sides">
              {sides.map(({ side, label, chosen }) => (
                <Link
                  key={side}
                  to={address.href({ ...OF_ROWS, side })}
                  preventScrollReset
                  replace
                  className="quiet-link"
                  aria-current={chosen ? "true" : undefined}
                >
                  {label}
                </Link>
              ))}
            </nav>
          )}
          {rows === null ? null : (
            <div className="row-filters">
              <SelectField picker={signs} clears={{ page: null }} />
              <FindField key={find} value={find} />
            </div>
          )}
        </div>
        {rows === null ? null : <RowTable rows={rows} label={title} />}
      </Card>
    </div>
  );
}
