// The customers of a flow, by number only: the admin knows their names, this app does not.
import { Button, InlineStack, Pagination, Text } from "@shopify/polaris";
import type { FlowListView } from "../../reports/flow-list.server.ts";
import { AdminLink } from "../bits/admin-link.tsx";
import { DownloadButton } from "../bits/download-button.tsx";
import { useWords } from "../bits/language.ts";
import { useAddress } from "../router.ts";
import { DataTable } from "./data-table.tsx";

const COLUMNS = ["net_between", "net", "orders", "last_day"] as const;

export function FlowList({ list }: { list: FlowListView }) {
  const { say } = useWords();
  const address = useAddress();
  const turn = (page: number) => address.go({ page: page === 1 ? null : String(page) });
  const { sorted, page, pages } = list;
  return (
    <>
      <div className="card-head">
        <InlineStack align="space-between" blockAlign="center" gap="200">
          <Text as="h2" variant="headingMd">
            {list.title}
          </Text>
          <InlineStack gap="200">
            <DownloadButton href={list.file}>{say("movementPage.export")}</DownloadButton>
            <Button onClick={() => address.go({ was: null, becomes: null, sort: null, page: null })}>
              {say("movementPage.close")}
            </Button>
          </InlineStack>
        </InlineStack>
      </div>
      <DataTable
        caption={list.title}
        heads={[
          { id: "customer", label: say("movementPage.customer") },
          ...COLUMNS.map((id) => ({
            ...{ id, label: say(`movementPage.${id}`), numeric: true },
            sort: {
              now: sorted.by === id ? sorted.direction : ("none" as const),
              first: "descending" as const,
            },
          })),
        ]}
        rows={list.rows.map(({ id, cells }) => ({
          id: String(id),
          head: (
            <AdminLink to={`customers/${id}`}>{say("movementPage.customerId", { id: String(id) })}</AdminLink>
          ),
          cells: COLUMNS.map((column) => (
            <span key={column} className="figure-value">
              {cells[column]}
            </span>
          )),
        }))}
      />
      <div className="table-foot">
        <InlineStack align="space-between" blockAlign="center" gap="200">
          <Text as="p" tone="subdued">
            {list.showing}
          </Text>
          {pages > 1 ? (
            <Pagination
              accessibilityLabel={say("movementPage.pages")}
              hasPrevious={page > 1}
              onPrevious={() => turn(page - 1)}
              hasNext={page < pages}
              onNext={() => turn(page + 1)}
            />
          ) : null}
        </InlineStack>
      </div>
    </>
  );
}
