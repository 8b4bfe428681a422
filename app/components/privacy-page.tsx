// The Privacy page: requests that Shopify passed on, with their files; how long orders are kept; what is held.
import { useAppBridge } from "@shopify/app-bridge-react";
import { Badge, BlockStack, Button, Card, InlineStack, Page, Select, Text } from "@shopify/polaris";
import { useEffect, useState } from "react";
import type { PrivacyView, RequestView, RetentionView } from "../reports/privacy.server.ts";
import { AdminLink } from "./admin-link.tsx";
import { DownloadButton } from "./download-button.tsx";
import { FactList } from "./fact-list.tsx";
import { useAction, useAddress, useRefresh } from "./router.ts";

export function PrivacyPage({ requests, retention, facts }: PrivacyView) {
  const address = useAddress();
  return (
    <Page title="Privacy" backAction={{ content: "Home", url: address.href({ sort: null }, "/app") }}>
      <BlockStack gap="400">
        <Requests requests={requests} />
        <Retention key={retention.chosen} retention={retention} />
        <Card>
          <BlockStack gap="300">
            <Text as="h2" variant="headingMd">
              What the app holds, and how long
            </Text>
            <FactList facts={facts} />
          </BlockStack>
        </Card>
      </BlockStack>
    </Page>
  );
}

function Requests({ requests }: { requests: readonly RequestView[] }) {
  const { refresh } = useRefresh();
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          Requests from your customers
        </Text>
        <Text as="p">
          When a customer asks you for their data, Shopify passes the request on to every app. Download the
          file and give it to the customer: Shopify expects you to answer within 30 days, and the app writes
          to nobody. The app carries out requests to erase a customer by itself.
        </Text>
        {requests.length === 0 ? (
          <Text as="p" tone="subdued">
            No request in the last 30 days.
          </Text>
        ) : (
          <ul className="requests">
            {requests.map((request) => (
              <li key={request.id}>
                <BlockStack gap="100">
                  <InlineStack gap="200" blockAlign="center">
                    <Text as="h3" variant="headingSm">
                      {request.kind}
                    </Text>
                    <Badge tone={request.tone}>{request.state}</Badge>
                  </InlineStack>
                  <Text as="p" tone="subdued">
                    {request.customerId === null ? null : (
                      <>
                        <AdminLink to={`customers/${request.customerId}`}>
                          {`Customer ${request.customerId}`}
                        </AdminLink>
                        {", "}
                      </>
                    )}
                    {request.customerId === null ? "Asked" : "asked"} {request.received}, listed until{" "}
                    {request.until}
                  </Text>
                </BlockStack>
                {request.file === null ? null : (
                  <DownloadButton href={request.file} onSaved={refresh}>
                    Download
                  </DownloadButton>
                )}
              </li>
            ))}
          </ul>
        )}
      </BlockStack>
    </Card>
  );
}

function Retention({ retention }: { retention: RetentionView }) {
  const shopify = useAppBridge();
  const [chosen, choose] = useState(retention.chosen);
  const { post, busy, answer } = useAction<{ message: string }>();
  useEffect(() => {
    if (answer) shopify.toast.show(answer.message);
  }, [answer, shopify]);
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          How long orders are kept
        </Text>
        <Text as="p">{retention.sentence}</Text>
        <div className="retention">
          <Select
            label="Keep"
            options={[...retention.options]}
            value={chosen}
            onChange={choose}
            helpText="Older orders, and customers who ordered only then, are removed from the app, not from Shopify. Figures that need a customer's whole history, such as net sales, new customers and segments, then stay blank. A longer time reads the older orders again."
          />
          <Button
            loading={busy}
            disabled={chosen === retention.chosen}
            onClick={() => post({ keep: chosen })}
          >
            Save
          </Button>
        </div>
      </BlockStack>
    </Card>
  );
}
