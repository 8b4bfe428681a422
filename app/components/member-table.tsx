// A segment's customers, by number only: the admin knows their names, this app does not.
import { InlineStack, Pagination, Text } from "@shopify/polaris";
import type { MembersView } from "../reports/segment.server.ts";
import { AdminLink } from "./admin-link.tsx";
import { SortableHeader } from "./sortable-header.tsx";
import { useAddress } from "./router.ts";

export function MemberTable({ members, label }: { members: MembersView; label: string }) {
  const address = useAddress();
  const turn = (page: number) => address.go({ page: page === 1 ? null : String(page) });
  return (
    <>
      <div className="table-box" role="region" aria-label={`Customers in ${label}`} tabIndex={0}>
        <table className="kpi-table">
          <caption className="visually-hidden">Customers in {label}</caption>
          <thead>
            <tr>
              <th scope="col">Customer</th>
              {members.columns.map((column) => (
                <SortableHeader key={column.id} column={column} numeric first="descending" />
              ))}
            </tr>
          </thead>
          <tbody>
            {members.rows.map((member) => (
              <tr key={member.id}>
                <th scope="row">
                  <AdminLink to={`customers/${member.id}`}>{`Customer ${member.id}`}</AdminLink>
                </th>
                <td className="numeric figure-value">{member.net}</td>
                <td className="numeric figure-value">{member.orders}</td>
                <td className="numeric figure-value">{member.first}</td>
                <td className="numeric figure-value">{member.last}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div className="table-foot">
        <InlineStack align="space-between" blockAlign="center" gap="200">
          <Text as="p" tone="subdued">
            {members.showing}
          </Text>
          {members.pages > 1 ? (
            <Pagination
              accessibilityLabel="Pages of customers"
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
