// Changes that could not be followed: what each was, why it failed, and the button that tries again.
import { Button, Card, InlineStack, Text } from "@shopify/polaris";
import type { NotificationsView } from "../../reports/notifications.server.ts";
import { AdminLink } from "../bits/admin-link.tsx";
import { useWords } from "../bits/language.ts";
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
  const { say } = useWords();
  return (
    <Card padding="0">
      <div className="card-head">
        <InlineStack gap="200" align="space-between" blockAlign="center">
          <Text as="h2" variant="headingMd">
            {say("dataPage.unfollowed")}
          </Text>
          <Button disabled={busy} onClick={() => runAgain("all")}>
            {say("dataPage.runAll")}
          </Button>
        </InlineStack>
        <Text as="p">{say("dataPage.unfollowedHelp")}</Text>
        {more === null ? null : (
          <Text as="p" tone="subdued">
            {more}
          </Text>
        )}
      </div>
      <DataTable
        caption={say("dataPage.unfollowed")}
        tall
        heads={[
          { id: "what", label: say("dataPage.what") },
          { id: "where", label: say("dataPage.where") },
          { id: "when", label: say("dataPage.when") },
          { id: "why", label: say("dataPage.why") },
          { id: "action", label: say("dataPage.action"), hidden: true },
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
                accessibilityLabel={say("dataPage.runOne", { what, when })}
              >
                {say("dataPage.run")}
              </Button>
            </span>,
          ],
        }))}
      />
    </Card>
  );
}
