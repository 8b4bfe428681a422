// What a page shows when it cannot be shown: what happened, and the way on.
import { BlockStack, Button, Card, InlineStack, Page, Text } from "@shopify/polaris";
import type { ScreenId, ScreenWords } from "../../words/screen.ts";
import { useLanguage, useWords } from "../bits/language.ts";
import { type ErrorResponse, isRouteErrorResponse, pathIn } from "../router.ts";

interface ErrorWords {
  title: string;
  text: string;
  retry: boolean;
  /** What the button that leads home says. */
  home: string;
}

/** What is said of an error by its name. Without a text it is what the server says. */
interface Named {
  title: ScreenId;
  text?: ScreenId;
  retry?: true;
  home?: ScreenId;
}

const NAMED: ReadonlyMap<string, Named> = new Map<string, Named>([
  [
    "UnknownSegment",
    { title: "errorPage.noSegment", text: "errorPage.noSegmentHelp", home: "errorPage.allSegments" },
  ],
  [
    "UnknownSegmentation",
    {
      title: "errorPage.noSegmentation",
      text: "errorPage.noSegmentationHelp",
      home: "errorPage.allSegments",
    },
  ],
  ["UnknownKpi", { title: "errorPage.noKpi", text: "errorPage.noKpiHelp" }],
  ["ShopNotReady", { title: "errorPage.notReady", text: "errorPage.notReadyHelp", retry: true }],
  ["Unforeseen", { title: "errorPage.unforeseen" }],
  ["ShopBeingUpdated", { title: "errorPage.updating" }],
  ["CopyBroken", { title: "errorPage.broken" }],
]);

/** What a route refused on purpose carries its own sentence; anything else is our fault, or the line's. */
function errorWords(error: unknown, { say }: Pick<ScreenWords, "say">, offline: boolean): ErrorWords {
  const home = say("errorPage.openHome");
  if (offline)
    return { title: say("errorPage.offline"), text: say("errorPage.offlineHelp"), retry: true, home };
  if (!isRouteErrorResponse(error))
    return { title: say("errorPage.unforeseen"), text: say("errorPage.unforeseenHelp"), retry: true, home };
  const usual = saidOfStatus(error.status);
  const named = NAMED.get(error.statusText);
  const said = named?.text === undefined ? messageOf(error.data) : null;
  return {
    title: say(named?.title ?? usual.title),
    text: said ?? say(named?.text ?? usual.text),
    retry: named?.retry ?? error.status >= 500,
    home: say(named?.home ?? "errorPage.openHome"),
  };
}

function saidOfStatus(status: number) {
  if (status === 404) return { title: "errorPage.nothingHere", text: "errorPage.nothingHereHelp" } as const;
  return status < 500
    ? ({ title: "errorPage.refused", text: "errorPage.refusedHelp" } as const)
    : ({ title: "errorPage.notNow", text: "errorPage.notNowHelp" } as const);
}

/** True for what Shopify's session check throws: a page of its own that fetches a token, to be written as it is. */
export function isFromShopify(error: unknown): error is ErrorResponse {
  return (
    isRouteErrorResponse(error) &&
    messageOf(error.data) === null &&
    (error.status < 400 || error.status === 401 || error.status === 410)
  );
}

function messageOf(data: unknown): string | null {
  return typeof data === "object" && data !== null && "message" in data && typeof data.message === "string"
    ? data.message
    : null;
}

export function ErrorCard({ error }: { error: unknown }) {
  const words = useWords();
  const { say } = words;
  const home = pathIn(useLanguage());
  // A page fails in the browser only when it is asked for without a document: there, offline is known.
  const offline = typeof navigator !== "undefined" && !navigator.onLine && !isRouteErrorResponse(error);
  const said = errorWords(error, words, offline);
  return (
    <Page title={said.title} backAction={{ content: say("common.home"), url: home }}>
      <Card>
        <BlockStack gap="300">
          <Text as="p">{said.text}</Text>
          <InlineStack gap="200">
            {said.retry ? (
              <Button variant="primary" onClick={() => window.location.reload()}>
                {say("common.tryAgain")}
              </Button>
            ) : null}
            <Button variant={said.retry ? undefined : "primary"} url={home}>
              {said.home}
            </Button>
          </InlineStack>
        </BlockStack>
      </Card>
    </Page>
  );
}
