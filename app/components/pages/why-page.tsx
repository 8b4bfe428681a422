// Why a figure moved.
import { BlockStack, Card, Text } from "@shopify/polaris";
import type { WhyView } from "../../reports/why.server.ts";
import { AdminLink } from "../bits/admin-link.tsx";
import { SelectField } from "../bits/field.tsx";
import { useWords } from "../bits/language.ts";
import { TellingCuts } from "../bits/telling-cuts.tsx";
import { Waterfall } from "../chart/waterfall.tsx";
import { type Framed, ReportPage } from "../frame/report-page.tsx";
import { Link, useAddress } from "../router.ts";
import { DataTable } from "../table/data-table.tsx";

const WHY_ROWS = "/app/why-rows";
/** An address of rows from here says nothing else of them. */
const ROWS = { part: null, row: null, rows: null, sort: null, page: null, sign: null, find: null } as const;

export function WhyPage(framed: Framed<WhyView>) {
  const { view } = framed;
  const address = useAddress();
  const { say } = useWords();
  return (
    <ReportPage
      framed={framed}
      title={view.title}
      subtitle={view.of ?? undefined}
      backAction={{
        content: view.kpi,
        url: address.href({ chart: null }, `/app/kpis/${view.picker.selected}`),
      }}
    >
      <Card>
        <BlockStack gap="300">
          <div className="why-head">
            <Text as="h2" variant="headingMd">
              {say("whyPage.parts")}
            </Text>
            <SelectField picker={view.picker} />
          </div>
          {view.comparison === null ? null : (
            <Text as="p" tone="subdued">
              {view.comparison}
            </Text>
          )}
          {view.missing === null ? null : <Text as="p">{view.missing}</Text>}
          {view.sentences.map((sentence, index) => (
            <Text key={sentence} as="p" fontWeight={index === 0 ? "semibold" : undefined}>
              {sentence}
            </Text>
          ))}
          {view.bars.length === 0 ? null : (
            <>
              <Waterfall
                bars={view.bars}
                caption={view.caption}
                rowsAt={({ id, kind }) =>
                  address.href(
                    kind === "whole" ? { ...ROWS, rows: `${view.whole}.${id}` } : { ...ROWS, part: id },
                    WHY_ROWS,
                  )
                }
              />
              <Text as="p" tone="subdued">
                {view.note}
              </Text>
            </>
          )}
        </BlockStack>
      </Card>
      {view.rows === null ? null : <Rows rows={view.rows} sum={view.whole} />}
      {view.presence.length === 0 ? null : <Presence presence={view.presence} />}
      {view.leftOut.length === 0 ? null : (
        <Card>
          <BlockStack gap="200">
            <Text as="h2" variant="headingMd">
              {say("whyPage.leftOut")}
            </Text>
            <ul className="plain-list">
              {view.leftOut.map(({ text, order }) => (
                <li key={`${text} ${order ?? ""}`}>
                  {text}{" "}
                  {order === null ? null : (
                    <AdminLink to={`orders/${order}`}>{say("whyPage.openOrder")}</AdminLink>
                  )}
                </li>
              ))}
            </ul>
          </BlockStack>
        </Card>
      )}
      {view.bars.length === 0 ? null : (
        <Card>
          <BlockStack gap="200">
            <Text as="h2" variant="headingMd">
              {say("whyPage.telling")}
            </Text>
            <TellingCuts from={view.telling} />
          </BlockStack>
        </Card>
      )}
    </ReportPage>
  );
}

function Rows({ rows: { title, isRate, rows }, sum }: { rows: NonNullable<WhyView["rows"]>; sum: string }) {
  const { say } = useWords();
  const address = useAddress();
  const figure = (row: (typeof rows)[number], slice: "then" | "now") =>
    row.hasRows ? (
      <Link
        key={slice}
        to={address.href({ ...ROWS, part: "row", row: row.id, rows: `${sum}.${slice}.${row.id}` }, WHY_ROWS)}
        className="quiet-link figure-value"
        aria-label={say("whyPage.rowsOfGroup", {
          what: row.label,
          when: say(slice === "now" ? "whyPage.now" : "whyPage.then"),
          value: row[slice],
        })}
      >
        {row[slice]}
      </Link>
    ) : (
      text(row[slice], slice)
    );
  const text = (value: string | null, key: string) => (
    <span key={key} className="figure-value">
      {value ?? "–"}
    </span>
  );
  return (
    <Card padding="0">
      <div className="card-head">
        <Text as="h2" variant="headingMd">
          {title}
        </Text>
      </div>
      <DataTable
        caption={title}
        heads={[
          { id: "group", label: say("whyPage.group") },
          { id: "then", label: say("whyPage.then"), numeric: true },
          { id: "now", label: say("whyPage.now"), numeric: true },
          { id: "adds", label: say("whyPage.adds"), numeric: true },
          ...(isRate
            ? [
                { id: "own", label: say("whyPage.own"), numeric: true },
                { id: "size", label: say("whyPage.size"), numeric: true },
              ]
            : [{ id: "mostly", label: say("whyPage.mostly") }]),
        ]}
        rows={rows.map((row) => ({
          id: row.id,
          head: row.label,
          cells: [
            figure(row, "then"),
            figure(row, "now"),
            text(row.adds, "adds"),
            ...(isRate ? [text(row.own, "own"), text(row.size, "size")] : [row.mostly ?? "–"]),
          ],
        }))}
      />
    </Card>
  );
}

function Presence({ presence }: { presence: WhyView["presence"] }) {
  const { say } = useWords();
  return (
    <Card padding="0">
      <div className="card-head">
        <Text as="h2" variant="headingMd">
          {say("whyPage.presence")}
        </Text>
      </div>
      <DataTable
        caption={say("whyPage.presence")}
        heads={[
          { id: "who", label: say("whyPage.who") },
          { id: "customers", label: say("whyPage.customers"), numeric: true },
          { id: "adds", label: say("whyPage.adds"), numeric: true },
        ]}
        rows={presence.map(({ who, customers, adds }) => ({
          id: who,
          head: who,
          cells: [
            <span key="customers" className="figure-value">
              {customers}
            </span>,
            <span key="adds" className="figure-value">
              {adds}
            </span>,
          ],
        }))}
      />
    </Card>
  );
}
