// Whatever goes wrong in a shop, the database keeps a code for it and no sentence; pages make the sentence.
import { afterAll, beforeAll, expect, it } from "vitest";
import { readFailure } from "../../../app/kept-failure.ts";
import { eventually } from "../../tools/setup/eventually.ts";
import { type App, cup, openApp, shopWithOrders } from "./app.ts";

let app: App;
beforeAll(async () => {
  app = await openApp("duckdb");
});
afterAll(() => app.close());

/** The codes of all columns of errors, in whatever table. */
async function keptCodes(): Promise<Map<string, Set<string>>> {
  const columns = await app.db.$queryRaw<{ schema: string; table: string; column: string }[]>`
    SELECT c.table_schema AS schema, c.table_name AS table, c.column_name AS column
    FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
    WHERE t.table_type = 'BASE TABLE' AND c.table_schema IN ('public', 'graphile_worker')
      AND c.column_name ILIKE '%error%' AND c.data_type = 'text'`;
  const found = new Map<string, Set<string>>();
  for (const { schema, table, column } of columns) {
    const rows = await app.db.$queryRawUnsafe<{ text: string }[]>(
      `SELECT "${column}" AS text FROM "${schema}"."${table}" WHERE "${column}" IS NOT NULL`,
    );
    // Of a job, the lines before are for operators.
    const codes = rows.map(({ text }) => readFailure(text.split("\n").at(-1) ?? "").code);
    found.set(`${table}.${column}`, new Set(codes));
  }
  return found;
}

const keeps = (column: string, code: string) =>
  eventually(async () => expect([...((await keptCodes()).get(column) ?? [])]).toContain(code));

it("keeps a code in every column of errors, and tells it as a sentence", async () => {
  const shop = shopWithOrders("failing", [40, 20, 3]);
  // A first sync that Shopify does not answer.
  app.shopify.addShop(shop);
  app.shopify.faults.respond(shop.domain, 400, { times: 1 });
  await app.opens(shop);
  await keeps("Shop.firstSyncError", "unanswered_status");
  expect(await app.text(shop, "/app/data")).toContain(
    `Not finished: Shopify did not answer for ${shop.domain}: status 400`,
  );
  app.shopify.faults.clear(shop.domain);
  await app.hurry(shop);
  await app.complete(shop);
  await app.checked(shop);

  // An order that cannot be used.
  const [line] = shop.placeOrder({ lines: cup }).lines;
  if (line) line.unitPrice = 10.5;
  await app.shopify.webhooks.idle();
  await keeps("WebhookEvent.error", "file_value_in_line");
  await keeps("_private_jobs.last_error", "file_value_in_line");

  // A shop that is closed, with a change that waits.
  app.shopify.faults.close(shop.domain, 423);
  shop.placeOrder({ lines: cup });
  await app.shopify.webhooks.idle();
  await keeps("WebhookEvent.error", "paused_locked");
  app.shopify.faults.close(shop.domain, null);

  // A check that ends with the app's removal.
  const { beginCheck, leave } = await import("../../../app/sync/sync.server.ts");
  await beginCheck(shop.domain);
  await leave(shop.domain, new Date(), new Date());
  await keeps("Check.error", "check_removed");

  const codes = [...(await keptCodes()).values()].flatMap((each) => [...each]);
  expect(codes).not.toContain("earlier");
  expect(codes).not.toContain("foreign");
});
