// Where Shopify keeps the files of bulk operations: the only places from which the app fetches one, whatever a link says.
// Shopify's documentation shows links of storage.googleapis.com; its own hosts are let in for the day on which it moves them.
import { env } from "../env.server.ts";

const STORES =
  /^(?:storage\.googleapis\.com|(?:[\w-]+\.)+(?:storage\.googleapis|shopify|shopifycloud)\.com)$/;

/** Whether a file may be fetched from this address. Places without encryption must be named by whoever runs the app. */
export function isFileStore(link: string): boolean {
  if (!URL.canParse(link)) return false;
  const { protocol, hostname, port, origin, username } = new URL(link);
  if (username !== "") return false;
  if (protocol === "https:" && port === "" && STORES.test(hostname)) return true;
  return env().BULK_FILE_ORIGINS.some((named) =>
    named.endsWith(":*") ? `${protocol}//${hostname}:*` === named : origin === named,
  );
}
