// npm run rebuild
import { setTimeout as sleep } from "node:timers/promises";
import { db } from "../db.server.ts";
import { readFailure } from "../kept-failure.ts";
import { startJobs } from "../process/jobs.server.ts";
import { enqueue } from "../queue/queue.server.ts";
import { beginRebuild } from "../sync/sync.server.ts";
import { failureText } from "../words/failure.server.ts";
import { command, currentState, freeWarehouse, say, text, WrongCall } from "./command.ts";

const HELP = `npm run rebuild -- --shop DOMAIN | --all [--detach]
  Reads the warehouse's copy of a shop anew from Shopify. The copy in use serves until the new one is whole and takes
  its place. A running app does the work; without one it is done here (Ctrl-C leaves it to the app's next start).
  --detach   only asks for it, and does not wait`;

const options = { shop: { type: "string" }, all: { type: "boolean" }, detach: { type: "boolean" } } as const;

await command(HELP, options, async (values) => {
  const shop = text(values, "shop");
  if ((shop === undefined) === !values.all) throw new WrongCall("Either --shop DOMAIN or --all.");
  await currentState();
  const installed = { uninstalledAt: null, firstSyncFinishedAt: { not: null } };
  const shops =
    shop !== undefined
      ? [shop]
      : (await db.shop.findMany({ where: installed, orderBy: { domain: "asc" } })).map((row) => row.domain);
  for (const each of shops) {
    await beginRebuild(each);
    await enqueue("first_sync", { shop: each });
    say(`${each}: asked for`);
  }
  if (values.detach) return;
  if ((await freeWarehouse()) !== null) await startJobs();
  for (const each of shops) await follow(each);
});

async function follow(shop: string): Promise<void> {
  for (let said = ""; ; await sleep(500)) {
    const row = await db.shop.findUnique({ where: { domain: shop } });
    if (!row || row.uninstalledAt) throw new Error(`${shop} has left meanwhile.`);
    if (row.rebuildStartedAt === null) return say(`${shop}: rebuilt`);
    const { _sum: sum } = await db.syncWindow.aggregate({
      where: { shop },
      _sum: { rows: true, expected: true },
    });
    const now =
      row.firstSyncError === null
        ? `${sum.rows ?? 0} of about ${sum.expected ?? 0} rows`
        : failureText({ locale: "en" }, readFailure(row.firstSyncError));
    if (now !== said && (sum.expected !== null || row.firstSyncError)) say(`${shop}: ${now}`);
    said = now;
  }
}
