// Changes that could not be followed: what each was, why it failed, and the button that tries again.
import { Button, Card, InlineStack, Text } from "@shopify/polaris";
import type { NotificationsView } from "../reports/notifications.server.ts";
import { AdminLink } from "./admin-link.tsx";

export function GivenUp({
  givenUp,
  more,
  busy,
  runAgain,
}: {
  givenUp: NotificationsView["givenUp"];
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
      <div className="table-box table-tall" role="region" aria-label="Changes not followed" tabIndex={0}>
        <table className="kpi-table">
          <caption className="visually-hidden">Changes not followed</caption>
          <thead>
            <tr>
              <th scope="col">What changed</th>
              <th scope="col">In Shopify</th>
              <th scope="col">When</th>
              <th scope="col">Why it failed</th>
              <th scope="col">
                <span className="visually-hidden">Action</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {givenUp.map(({ id, what, when, reason, links }) => (
              <tr key={id}>
                <th scope="row">{what}</th>
                <td>
                  {links.map(({ to, text }) => (
                    <div key={to}>
                      <AdminLink to={to}>{text}</AdminLink>
                    </div>
                  ))}
                </td>
                <td className="one-line">{when}</td>
                <td>{reason}</td>
                <td className="one-line">
                  <Button
                    size="slim"
                    disabled={busy}
                    onClick={() => runAgain(id)}
                    accessibilityLabel={`Run again: ${what}, ${when}`}
                  >
                    Run again
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
