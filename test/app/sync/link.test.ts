// The link of a bulk file is followed as Shopify gave it, into a store of Shopify's, no further than Shopify said, and not for ever.
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ApiUnavailable, BrokenFile } from "../../../app/errors.ts";
import { download, LinkDead } from "../../../app/shopify/download.ts";
import { isFileStore } from "../../../app/shopify/file-store.ts";
import { RowSorter } from "../../../app/warehouse/row-sorter.ts";

const ROW = '{"id":"gid://shopify/Order/1"}\n';
function more(response: ServerResponse): void {
  while (!response.destroyed && response.write(ROW.repeat(2000)));
  if (!response.destroyed) response.once("drain", () => more(response));
}

const asked: { path: string; encoding: string | undefined }[] = [];
const store = createServer((request, response) => {
  asked.push({ path: request.url ?? "", encoding: request.headers["accept-encoding"] });
  if (request.url === "/elsewhere") response.writeHead(302, { location: "/secret" }).end();
  else if (request.url === "/endless") more(response);
  else if (request.url === "/silent") response.write("{");
  else response.end(ROW);
});
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), "segment-kpis-link-"));
  await new Promise<void>((resolve) => store.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  store.close();
  store.closeAllConnections();
  await rm(directory, { recursive: true, force: true });
});

const fetched = (name: string, bytes: number | null = null) =>
  download(
    { shop: "link.myshopify.com", signal: undefined, wait: async () => undefined },
    { url: `http://127.0.0.1:${(store.address() as AddressInfo).port}/${name}`, bytes },
    () => new RowSorter(path.join(directory, name), []),
    100,
  );

it("does not follow it when it leads elsewhere", async () => {
  await expect(fetched("elsewhere")).rejects.toBeInstanceOf(ApiUnavailable);
  expect(new Set(asked.map(({ path: at }) => at))).toEqual(new Set(["/elsewhere"]));
});

it("asks for bytes as they are, so that a part that is missing is counted in them", async () => {
  expect((await fetched("file")).lines).toBe(1);
  expect(asked.at(-1)).toEqual({ path: "/file", encoding: "identity" });
});

it.each([
  "https://storage.googleapis.com/shopify/x?Expires=1",
  "https://bulk.shopify.com/x",
  "http://127.0.0.1:1/named-by-this-environment",
])("takes a file from %s", (link) => expect(isFileStore(link)).toBe(true));

it.each([
  "http://storage.googleapis.com/shopify/x",
  "https://storage.googleapis.com.evil.example/x",
  "https://evilshopify.com/x",
  "https://someone@storage.googleapis.com/x",
  "https://storage.googleapis.com:8443/x",
  "https://169.254.169.254/latest/meta-data",
  "http://localhost:1/x",
  "file:///etc/passwd",
  "x",
])("takes none from %s", async (link) => {
  expect(isFileStore(link)).toBe(false);
  const context = { shop: "link.myshopify.com", signal: undefined, wait: async () => undefined };
  const rows = () => new RowSorter(path.join(directory, "none"), []);
  await expect(download(context, { url: link, bytes: null }, rows)).rejects.toBeInstanceOf(LinkDead);
});

it("takes no more than Shopify said there is", async () => {
  await expect(fetched("endless", 31)).rejects.toBeInstanceOf(BrokenFile);
});

it("gives up a store that falls silent", async () => {
  await expect(fetched("silent")).rejects.toMatchObject({ cause: { message: "no byte came for 100 ms" } });
});
