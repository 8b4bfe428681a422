// Reports: pages that the shop has named, and what is not made by itself yet.
import { useAppBridge } from "@shopify/app-bridge-react";
import { BlockStack, Button, Card, Page, Text } from "@shopify/polaris";
import { useEffect } from "react";
import type { SavedViewsView } from "../../reports/saved-views.server.ts";
import { useLanguage, useWords } from "../bits/language.ts";
import { OfflineLine } from "../bits/offline.tsx";
import { Link, pathIn, useAction, useAddress } from "../router.ts";
import { DataTable } from "../table/data-table.tsx";

export function ReportsPage({ views, offline }: SavedViewsView & { offline: Date | null }) {
  const { say } = useWords();
  const address = useAddress();
  return (
    <Page title={say("menu.reports")}>
      <BlockStack gap="400">
        {offline === null ? null : <OfflineLine since={offline} />}
        <Card padding={views.length === 0 ? "400" : "0"}>
          {views.length === 0 ? (
            <BlockStack gap="200" inlineAlign="start">
              <Text as="h2" variant="headingMd">
                {say("reportsPage.views")}
              </Text>
              <Text as="p">{say("reportsPage.noViews")}</Text>
            </BlockStack>
          ) : (
            <Views views={views} />
          )}
        </Card>
        <Card>
          <BlockStack gap="300" inlineAlign="start">
            <Text as="h2" variant="headingMd">
              {say("reportsPage.heading")}
            </Text>
            <Text as="p">{say("reportsPage.text")}</Text>
            <Button url={address.href({}, "/app/segments")}>{say("reportsPage.step")}</Button>
          </BlockStack>
        </Card>
      </BlockStack>
    </Page>
  );
}

function Views({ views }: SavedViewsView) {
  const { say } = useWords();
  const language = useLanguage();
  const shopify = useAppBridge();
  const { post, busy, answer } = useAction<{ message: string | null }>(pathIn(language, "/app/views"));
  useEffect(() => {
    if (answer?.message != null) shopify.toast.show(answer.message);
  }, [answer, shopify]);
  const inLanguage = (address: string) =>
    language === "en" ? address : `${address}${address.includes("?") ? "&" : "?"}locale=${language}`;
  return (
    <>
      <div className="card-head">
        <Text as="h2" variant="headingMd">
          {say("reportsPage.views")}
        </Text>
        <Text as="p" tone="subdued">
          {say("reportsPage.viewsHelp")}
        </Text>
      </div>
      <DataTable
        caption={say("reportsPage.views")}
        heads={[
          { id: "name", label: say("reportsPage.name") },
          { id: "made", label: say("reportsPage.made") },
          { id: "remove", label: say("reportsPage.remove"), hidden: true },
        ]}
        rows={views.map(({ id, name, address, made }) => ({
          id,
          head: (
            <Link to={inLanguage(address)} className="row-link">
              {name}
            </Link>
          ),
          cells: [
            made,
            <Button
              key="remove"
              variant="tertiary"
              disabled={busy}
              accessibilityLabel={say("reportsPage.removeOf", { name })}
              onClick={() => post({ intent: "remove", id })}
            >
              {say("reportsPage.remove")}
            </Button>,
          ],
        }))}
      />
    </>
  );
}
