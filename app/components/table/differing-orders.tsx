// Orders whose amounts here are not Shopify's, largest difference first.
import { Card, Text } from "@shopify/polaris";
import type { DifferingOrders as Differing } from "../../reports/trust.server.ts";
import { AdminLink } from "../bits/admin-link.tsx";
import { DataTable } from "./data-table.tsx";

export function DifferingOrders({ differing: { sentence, more, orders } }: { differing: Differing }) {
  return (
    <Card padding="0">
      <div className="card-head">
        <Text as="h2" variant="headingMd">
          Orders that differ from Shopify
        </Text>
        <Text as="p">{sentence}</Text>
        {more === null ? null : (
          <Text as="p" tone="subdued">
            {more}
          </Text>
        )}
      </div>
      <DataTable
        caption="Orders that differ from Shopify"
        tall
        heads={[
          { id: "order", label: "Order" },
          { id: "placed", label: "Placed" },
          { id: "placed_gap", label: "Difference when placed", numeric: true },
          { id: "ours", label: "Total here", numeric: true },
          { id: "shopify", label: "Total in Shopify", numeric: true },
          { id: "gap", label: "Difference now", numeric: true },
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
