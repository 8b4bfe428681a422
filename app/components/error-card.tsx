// What a page shows when it cannot be shown: what happened, and the way on.
import { BlockStack, Button, Card, InlineStack, Page, Text } from "@shopify/polaris";
import { type ErrorResponse, isRouteErrorResponse } from "./router.ts";

export interface ErrorWords {
  title: string;
  text: string;
  retry: boolean;
}

/** What a route refused on purpose carries its own sentence; anything else is our fault. */
export function errorWords(error: unknown): ErrorWords {
  if (isRouteErrorResponse(error)) {
    const said = messageOf(error.data);
    if (error.status === 404)
      return {
        title: "There's nothing at this address",
        text: said ?? "The link may be old, or a part of it may be missing.",
        retry: false,
      };
    if (error.status < 500)
      return { title: "This can't be shown", text: said ?? "Open the app's home page.", retry: false };
    return {
      title: error.statusText === "ShopBeingUpdated" ? "Being updated" : "This can't be shown right now",
      text: said ?? "Your data are safe. Try again in a moment.",
      retry: true,
    };
  }
  return {
    title: "Something went wrong on our side",
    text: "Your data are safe, and the fault has been logged. Try again in a moment.",
    retry: true,
  };
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
  const { title, text, retry } = errorWords(error);
  return (
    <Page title={title}>
      <Card>
        <BlockStack gap="300">
          <Text as="p">{text}</Text>
          <InlineStack gap="200">
            {retry ? (
              <Button variant="primary" onClick={() => window.location.reload()}>
                Try again
              </Button>
            ) : null}
            <Button variant={retry ? undefined : "primary"} url="/app">
              Open home
            </Button>
          </InlineStack>
        </BlockStack>
      </Card>
    </Page>
  );
}
