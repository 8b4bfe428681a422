// The Privacy page: requests that Shopify passed on, with their files; how long orders are kept; what is held.
import { Badge, BlockStack, Card, InlineStack, List, Page, Text } from "@shopify/polaris";
import { ArrowDownIcon } from "@shopify/polaris-icons";
import { useEffect } from "react";
import type { PrivacyView, RequestView } from "../../reports/privacy.server.ts";
import { AdminLink } from "../bits/admin-link.tsx";
import { useWords } from "../bits/language.ts";
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
  const { say } = useWords();
  return (
    <Page
      title={say("privacyPage.title")}
      backAction={{ content: say("menu.settings"), url: address.href({ sort: null }, "/app/settings") }}
    >
      <BlockStack gap="400">
        {offline === null ? null : <OfflineLine since={offline} />}
        <Requests requests={requests} />
        <Retention retention={retention} />
        {retention.moving ? <Watch /> : null}
        <Taken taken={taken} />
        <Card>
          <BlockStack gap="300">
            <Text as="h2" variant="headingMd">
              {say("privacyPage.held")}
            </Text>
            <DetailList details={details} />
          </BlockStack>
        </Card>
      </BlockStack>
    </Page>
  );
}

function Taken({ taken }: Pick<PrivacyView, "taken">) {
  const { say } = useWords();
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {say("privacyPage.taken")}
        </Text>
        {taken.length === 0 ? (
          <Text as="p" tone="subdued">
            {say("privacyPage.nobodyTook")}
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
  const { say, sayParts } = useWords();
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {say("privacyPage.requests")}
        </Text>
        <Text as="p">{say("privacyPage.requestsHelp")}</Text>
        {requests.length === 0 ? (
          <Text as="p" tone="subdued">
            {say("privacyPage.noRequest")}
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
                    {request.customerId === null
                      ? say("privacyPage.ofNobody", { received: request.received, until: request.until })
                      : sayParts("privacyPage.ofCustomer", {
                          id: request.customerId,
                          received: request.received,
                          until: request.until,
                          link: (words) => (
                            <AdminLink key="customer" to={`customers/${request.customerId}`}>
                              {words}
                            </AdminLink>
                          ),
                        })}
                  </Text>
                </BlockStack>
                {request.file === null ? null : (
                  <DownloadButton href={request.file} icon={ArrowDownIcon} onSaved={refresh}>
                    {say("privacyPage.download")}
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
