// The places where something is looked after, each with what it is for.
import { BlockStack, Card, Page, Text } from "@shopify/polaris";
import { useWords } from "../bits/language.ts";
import { KeySwitch } from "../keys/key-list.tsx";
import { Link, useAddress } from "../router.ts";

const PLACES = [
  { id: "data", at: "/app/data" },
  { id: "calendar", at: "/app/settings/calendar" },
  { id: "orders", at: "/app/settings/orders" },
  { id: "privacy", at: "/app/privacy" },
] as const;

export function SettingsPage() {
  const { say } = useWords();
  const address = useAddress();
  return (
    <Page title={say("menu.settings")}>
      <BlockStack gap="400">
        {PLACES.map(({ id, at }) => (
          <Card key={id}>
            <div className="settings-place">
              <BlockStack gap="100">
                <Text as="h2" variant="headingMd">
                  <Link to={address.href({}, at)} className="row-link">
                    {say(`settingsPage.${id}`)}
                  </Link>
                </Text>
                <Text as="p" tone="subdued">
                  {say(`settingsPage.${id}Help`)}
                </Text>
              </BlockStack>
            </div>
          </Card>
        ))}
        <Card>
          <KeySwitch />
        </Card>
      </BlockStack>
    </Page>
  );
}
