// The Privacy page: requests that Shopify passed on, with their files; how long orders are kept; what is held.
import { Badge, BlockStack, Card, InlineStack, List, Page, Text } from "@shopify/polaris";
import { ArrowDownIcon } from "@shopify/polaris-icons";
import { useEffect } from "react";
import type { PrivacyView, RequestView } from "../../reports/privacy.server.ts";
import { AdminLink } from "../bits/admin-link.tsx";
import { DownloadButton } from "../bits/download-button.tsx";
import { DetailList } from "../bits/detail-list.tsx";
import { OfflineLine } from "../bits/offline.tsx";
import { Retention } from "./retention-form.tsx";
import { useAddress, useRefresh } from "../router.ts";

export function PrivacyPage({
  requests,
  retention,
  taken,
  details,
  offline,
}: PrivacyView & { offline: Date | null }) {
  const address = useAddress();
  return (
    <Page title="Privacy" backAction={{ content: "Home", url: address.href({ sort: null }, "/app") }}>
      <BlockStack gap="400">
        {offline === null ? null : <OfflineLine since={offline} locale="en" />}
        <Requests requests={requests} />
        <Retention retention={retention} />
        {retention.moving ? <Watch /> : null}
        <Taken taken={taken} />
        <Card>
          <BlockStack gap="300">
            <Text as="h2" variant="headingMd">
              What the app holds, and how long
            </Text>
            <DetailList details={details} />
          </BlockStack>
        </Card>
      </BlockStack>
    </Page>
  );
}

function Taken({ taken }: Pick<PrivacyView, "taken">) {
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          Who downloaded files
        </Text>
        {taken.length === 0 ? (
          <Text as="p" tone="subdued">
            Nobody in the last year.
          </Text>
        ) : (
          <List>
            {taken.map(({ id, text }) => (
              <List.Item key={id}>{text}</List.Item>
            ))}
          </List>
        )}
      </BlockStack>
    </Card>
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
                  <DownloadButton href={request.file} icon={ArrowDownIcon} onSaved={refresh}>
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

/** Orders leave and come in the background. */
const LOOK_AGAIN_MS = 3_000;

function Watch() {
  const { refresh } = useRefresh();
  useEffect(() => {
    const timer = setInterval(refresh, LOOK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [refresh]);
  return null;
}
