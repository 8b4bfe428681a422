// What a page shows when it cannot be shown: what happened, and the way on.
import { BlockStack, Button, Card, InlineStack, Page, Text } from "@shopify/polaris";
import { type ErrorResponse, isRouteErrorResponse } from "../router.ts";

export interface ErrorWords {
  title: string;
  text: string;
  retry: boolean;
  /** What the button that leads home says. */
  home: string;
}

/** Refusals whose own sentence is for programs, by the error's name. */
const NAMED: Readonly<Record<string, ErrorWords>> = {
  UnknownSegment: {
    title: "This segment can't be found",
    text: "The link may be old, or nobody is known to have been in the segment on the day for which groups are made.",
    retry: false,
    home: "See all segments",
  },
  UnknownSegmentation: {
    title: "Customers can't be grouped this way (any more)",
    text: "The link may be old.",
    retry: false,
    home: "See all segments",
  },
  ShopNotReady: {
    title: "Your orders are about to arrive",
    text: "Reading them starts by itself. This page can be shown once the first ones are here.",
    retry: true,
    home: "Open home",
  },
};

const TITLES: Readonly<Record<string, string>> = {
  Unforeseen: "Something went wrong on our side",
  ShopBeingUpdated: "Being updated",
  CopyBroken: "Your orders are being read anew",
};

/** What a route refused on purpose carries its own sentence; anything else is our fault, or the line's. */
export function errorWords(error: unknown, offline = false): ErrorWords {
  const home = "Open home";
  if (offline)
    return {
      title: "You're offline",
      text: "This page hasn't been loaded yet. It can be once you're connected again.",
      retry: true,
      home,
    };
  if (isRouteErrorResponse(error)) {
    const named = NAMED[error.statusText];
    if (named && Object.hasOwn(NAMED, error.statusText)) return named;
    const said = messageOf(error.data);
    if (error.status === 404)
      return {
        title: "There's nothing at this address",
        text: said ?? "The link may be old, or a part of it may be missing.",
        retry: false,
        home,
      };
    if (error.status < 500)
      return {
        title: "This can't be shown",
        text: said ?? "Open the app's home page.",
        retry: false,
        home,
      };
    return {
      title: TITLES[error.statusText] ?? "This can't be shown right now",
      text: said ?? "Your data are safe. Try again in a moment.",
      retry: true,
      home,
    };
  }
  return {
    title: "Something went wrong on our side",
    text: "Your data are safe, and the fault has been logged. Try again in a moment.",
    retry: true,
    home,
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
  // A page fails in the browser only when it is asked for without a document: there, offline is known.
  const offline = typeof navigator !== "undefined" && !navigator.onLine && !isRouteErrorResponse(error);
  const { title, text, retry, home } = errorWords(error, offline);
  return (
    <Page title={title} backAction={{ content: "Home", url: "/app" }}>
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
              {home}
            </Button>
          </InlineStack>
        </BlockStack>
      </Card>
    </Page>
  );
}
