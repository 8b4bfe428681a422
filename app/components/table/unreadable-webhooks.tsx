// Changes that could not be followed: what each was, why it failed, and the button that tries again.
import { Button, Card, InlineStack, Text } from "@shopify/polaris";
import type { NotificationsView } from "../../reports/notifications.server.ts";
import { AdminLink } from "../bits/admin-link.tsx";
import { DataTable } from "./data-table.tsx";

export function UnreadableWebhooks({
  unreadable,
  more,
  busy,
  runAgain,
}: {
  unreadable: NotificationsView["unreadable"];
  more: string | null;
  busy: boolean;
  /** An event's id, or "all". */
  runAgain: (event: string) => void;
}) {
  return (
    <Card padding="0">
      <div className="card-head">
        <InlineStack gap="200" align="space-between" blockAlign="center">
          <Text as="h2" variant="headingMd">
            Changes not followed
          </Text>
          <Button disabled={busy} onClick={() => runAgain("all")}>
            Run all again
          </Button>
        </InlineStack>
        <Text as="p">
          What Shopify showed of these orders or customers could not be used; everything else could. A later
          change or the night’s check reads them again by itself.
        </Text>
        {more === null ? null : (
          <Text as="p" tone="subdued">
            {more}
          </Text>
        )}
      </div>
      <DataTable
        caption="Changes not followed"
        tall
        heads={[
          { id: "what", label: "What changed" },
          { id: "where", label: "In Shopify" },
          { id: "when", label: "When" },
          { id: "why", label: "Why it failed" },
          { id: "action", label: "Action", hidden: true },
        ]}
        rows={unreadable.map(({ id, what, when, reason, links }) => ({
          id,
          head: what,
          cells: [
            links.map(({ to, text }) => (
              <div key={to}>
                <AdminLink to={to}>{text}</AdminLink>
              </div>
            )),
            <span key="when" className="one-line">
              {when}
            </span>,
            reason,
            <span key="again" className="one-line">
              <Button
                size="slim"
                disabled={busy}
                onClick={() => runAgain(id)}
                accessibilityLabel={`Run again: ${what}, ${when}`}
              >
                Run again
              </Button>
            </span>,
          ],
        }))}
      />
    </Card>
  );
}
