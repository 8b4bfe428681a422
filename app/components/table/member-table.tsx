// A segment's customers, by number only: the admin knows their names, this app does not.
import { InlineStack, Pagination, Text } from "@shopify/polaris";
import type { MembersView } from "../../reports/segment.server.ts";
import { AdminLink } from "../bits/admin-link.tsx";
import { useWords } from "../bits/language.ts";
import { DataTable } from "./data-table.tsx";
import { useAddress } from "../router.ts";

export function MemberTable({ members, label }: { members: MembersView; label: string }) {
  const address = useAddress();
  const { say } = useWords();
  const turn = (page: number) => address.go({ page: page === 1 ? null : String(page) });
  return (
    <>
      <DataTable
        caption={say("segmentPage.customersCaption", { segment: label })}
        heads={[
          { id: "customer", label: say("segmentPage.customer") },
          ...members.columns.map(({ id, label: text, help, sorted }) => ({
            id,
            label: text,
            help,
            numeric: true,
            sort: { now: sorted, first: "descending" as const },
          })),
        ]}
        rows={members.rows.map((member) => ({
          id: String(member.id),
          head: (
            <AdminLink to={`customers/${member.id}`}>
              {say("segmentPage.customerId", { id: String(member.id) })}
            </AdminLink>
          ),
          cells: [member.net, member.orders, member.first, member.last].map((text, index) => (
            <span key={index} className="figure-value">
              {text}
            </span>
          )),
        }))}
      />
      <div className="table-foot">
        <InlineStack align="space-between" blockAlign="center" gap="200">
          <Text as="p" tone="subdued">
            {members.showing}
          </Text>
          {members.pages > 1 ? (
            <Pagination
              accessibilityLabel={say("segmentPage.customerPages")}
              hasPrevious={members.page > 1}
              onPrevious={() => turn(members.page - 1)}
              hasNext={members.page < members.pages}
              onNext={() => turn(members.page + 1)}
            />
          ) : null}
        </InlineStack>
      </div>
    </>
  );
}
