// The rows behind a figure: orders and customers by number only, each a link into the admin, which knows their names.
import { InlineStack, Pagination, Text } from "@shopify/polaris";
import type { Linked, RowsView } from "../../reports/rows.server.ts";
import { AdminLink } from "../bits/admin-link.tsx";
import { useWords } from "../bits/language.ts";
import { DataTable } from "./data-table.tsx";
import { useAddress } from "../router.ts";

export function RowTable({ rows, label }: { rows: RowsView; label: string }) {
  const address = useAddress();
  const { say } = useWords();
  const turn = (page: number) => address.go({ page: page === 1 ? null : String(page) });
  const sorted = (column: RowsView["columns"][number]) => ({
    ...column,
    numeric: true,
    sort: { now: column.sorted, first: "descending" as const },
  });
  return (
    <>
      <DataTable
        caption={say("explainPage.rowsOf", { what: label })}
        heads={[
          { id: "head", label: rows.head },
          ...rows.texts.map((text) => ({ id: text, label: text })),
          ...rows.columns.map(sorted),
          ...(rows.days === null ? [] : [sorted(rows.days)]),
          ...(rows.customers === null ? [] : [{ id: "customer", label: rows.customers, numeric: true }]),
        ]}
        rows={rows.rows.map((row) => ({
          id: row.id,
          head: <To linked={row.head} />,
          cells: [
            ...row.texts,
            ...row.values.map((value, index) => (
              <span key={index} className="figure">
                <span className="figure-value">{value}</span>
                {index === 0 && row.middle !== null ? (
                  <span className="figure-note">{row.middle}</span>
                ) : null}
              </span>
            )),
            ...(row.day === null
              ? []
              : [
                  <span key="day" className="figure-value">
                    {row.day}
                  </span>,
                ]),
            ...(row.customer === null ? [] : [<To key="customer" linked={row.customer} />]),
          ],
        }))}
      />
      <div className="table-foot">
        <InlineStack align="space-between" blockAlign="center" gap="200">
          <Text as="p" tone="subdued">
            {rows.showing}
          </Text>
          {rows.pages > 1 ? (
            <Pagination
              accessibilityLabel={say("explainPage.pages")}
              hasPrevious={rows.page > 1}
              onPrevious={() => turn(rows.page - 1)}
              hasNext={rows.page < rows.pages}
              onNext={() => turn(rows.page + 1)}
            />
          ) : null}
        </InlineStack>
      </div>
    </>
  );
}

const To = ({ linked: { text, to } }: { linked: Linked }) =>
  to === null ? text : <AdminLink to={to}>{text}</AdminLink>;
