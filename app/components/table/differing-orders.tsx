// Orders whose amounts here are not Shopify's, largest difference first.
import { Card, Text } from "@shopify/polaris";
import type { DifferingOrders as Differing } from "../../reports/trust.server.ts";
import { AdminLink } from "../bits/admin-link.tsx";
import { useWords } from "../bits/language.ts";
import { DataTable } from "./data-table.tsx";

export function DifferingOrders({ differing: { sentence, more, orders } }: { differing: Differing }) {
  const { say } = useWords();
  return (
    <Card padding="0">
      <div className="card-head">
        <Text as="h2" variant="headingMd">
          {say("dataPage.differing")}
        </Text>
        <Text as="p">{sentence}</Text>
        {more === null ? null : (
          <Text as="p" tone="subdued">
            {more}
          </Text>
        )}
      </div>
      <DataTable
        caption={say("dataPage.differing")}
        tall
        heads={[
          { id: "order", label: say("dataPage.order") },
          { id: "placed", label: say("dataPage.placed") },
          { id: "placed_gap", label: say("dataPage.placedGap"), numeric: true },
          { id: "ours", label: say("dataPage.ours"), numeric: true },
          { id: "shopify", label: say("dataPage.theirs"), numeric: true },
          { id: "gap", label: say("dataPage.gap"), numeric: true },
        ]}
        rows={orders.map((order) => ({
          id: String(order.id),
          head: <AdminLink to={`orders/${order.id}`}>{order.name}</AdminLink>,
          cells: [
            order.day,
            ...[order.placedGap, order.ours, order.shopify, order.gap].map((text, index) => (
              <span key={index} className="figure-value">
                {text}
              </span>
            )),
          ],
        }))}
      />
    </Card>
  );
}
