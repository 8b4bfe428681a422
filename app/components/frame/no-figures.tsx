// A report's page before its figures: the shape they will have while orders are read, or what will start them.
import { BlockStack, Button, Card, SkeletonBodyText, SkeletonDisplayText, Text } from "@shopify/polaris";
import type { SyncStatusView } from "../../reports/sync-status.server.ts";
import { useWords } from "../bits/language.ts";
import { useAddress } from "../router.ts";

/** States in which whatever there is has been read. */
const SETTLED: readonly SyncStatusView["kind"][] = ["complete", "sixty_days", "retention"];

export function NoFigures({ kind }: Pick<SyncStatusView, "kind">) {
  return SETTLED.includes(kind) ? <NoOrders /> : <Nothing />;
}

function NoOrders() {
  const { say } = useWords();
  const address = useAddress();
  return (
    <Card>
      <BlockStack gap="300" inlineAlign="start">
        <Text as="h2" variant="headingMd">
          {say("homePage.noOrders")}
        </Text>
        <Text as="p">{say("homePage.noOrdersHelp")}</Text>
        <Button variant="primary" url={address.href({}, "/app/data")}>
          {say("homePage.whatWasRead")}
        </Button>
      </BlockStack>
    </Card>
  );
}

/** The page's shape before the first figures, so that they arrive without moving anything. */
function Nothing() {
  return (
    <>
      <div className="headlines" aria-hidden="true">
        {[0, 1, 2, 3].map((card) => (
          <Card key={card} padding="300">
            <div className="headline-skeleton">
              <SkeletonDisplayText size="small" />
              <SkeletonBodyText lines={2} />
            </div>
          </Card>
        ))}
      </div>
      <Card>
        <div className="table-skeleton" aria-hidden="true">
          <SkeletonBodyText lines={8} />
        </div>
      </Card>
      <Card>
        <div className="chart-skeleton" aria-hidden="true">
          <SkeletonBodyText lines={3} />
        </div>
      </Card>
    </>
  );
}
