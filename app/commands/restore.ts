// npm run restore
import path from "node:path";
import { db } from "../db.server.ts";
import { enqueue } from "../queue/queue.server.ts";
import { sessions } from "../shopify/access-token.server.ts";
import type { Warehouse } from "../warehouse/warehouse.server.ts";
import { type Manifest, readBackup } from "./backup-files.ts";
import { command, freeWarehouse, needed, say, stateUrl } from "./command.ts";
import { exchangeState, unknownMigrations, whatIsThere } from "./state-exchange.ts";

const HELP = `npm run restore -- --from DIR [--force] [--without-facts]
  Puts a backup into an empty state database and warehouse, of either engine. The app must not run.
  Nothing is changed unless every file is as it was written; the old state goes only when the new one is whole.
  --force           overwrites what is there, shops of which the backup knows nothing included
  --without-facts   leaves out the shops' facts: the app reads them anew from Shopify once it runs. Take this when
                    customers were erased since the backup and the state that knows of it is lost. What Shopify cannot
                    give back (observed, received, imported) is left out with them.
  TOKEN_KEYS must list the key with which the tokens were encrypted at the time of the backup.`;

const options = {
  from: { type: "string" },
  force: { type: "boolean" },
  "without-facts": { type: "boolean" },
} as const;

await command(HELP, options, async (values) => {
  const directory = path.resolve(needed(values, "from"));
  const manifest = await readBackup(directory);
  const newer = await unknownMigrations(manifest.migrations);
  if (newer.length > 0)
    throw new Error(
      `The backup was made by a newer version of the app (${newer.join(", ")}): restore with that.`,
    );
  const url = await stateUrl({ create: true });
  const there = await whatIsThere(url);
  if (!there.empty && !values.force)
    throw new Error(
      `There is a state already, with ${there.shops.length} shops. --force overwrites it; nothing was changed.`,
    );
  const warehouse = await freeWarehouse();
  if (warehouse === null) throw new Error("The warehouse is in use. Stop the app before a restore.");

  const facts = values["without-facts"] ? {} : manifest.warehouse;
  await exchangeState(url, directory, manifest, async () => {
    await bringFacts(directory, facts, warehouse);
    for (const shop of there.shops) if (!(shop in facts)) await warehouse.of(shop).drop();
    for (const shop of Object.keys(facts)) await warehouse.of(shop).replace("all");
    await enqueueWhatIsDue(warehouse);
  });
  await report(manifest, there.shops);
});

/** All shops' facts beside those in use, or none: what is there is replaced only once everything has proved readable. */
async function bringFacts(
  directory: string,
  facts: Manifest["warehouse"],
  warehouse: Warehouse,
): Promise<void> {
  try {
    for (const [shop, copy] of Object.entries(facts)) {
      const rows = await warehouse.of(shop).next.copyIn(path.join(directory, copy.directory));
      for (const [table, expected] of Object.entries(copy.rows))
        if (rows[table] !== expected)
          throw new Error(`${shop}: ${table} has ${rows[table] ?? 0} rows instead of ${expected}.`);
    }
  } catch (error) {
    for (const shop of Object.keys(facts)) await warehouse.of(shop).next.drop();
    throw error;
  }
}

/** The queue is not in a backup. What happened since then, and what was under way, is caught up with by these. */
async function enqueueWhatIsDue(warehouse: Warehouse): Promise<void> {
  const shops = await db.shop.findMany({ where: { uninstalledAt: null } });
  for (const { domain: shop, firstSyncFinishedAt, rebuildStartedAt } of shops) {
    const whole =
      firstSyncFinishedAt !== null && rebuildStartedAt === null && (await warehouse.of(shop).meta()) !== null;
    await enqueue(whole ? "sweep" : "first_sync", { shop });
  }
  // Whoever was erased since the backup is in it still.
  const listed = await db.shop.findMany({ where: { redactionKey: { not: null } } });
  const open = await db.privacyRequest.findMany({ where: { doneAt: null } });
  for (const shop of new Set([...listed.map(({ domain }) => domain), ...open.map((request) => request.shop)]))
    await enqueue("privacy", { shop });
}

async function report(manifest: Manifest, before: readonly string[]): Promise<void> {
  const shops = await db.shop.findMany({ orderBy: { domain: "asc" } });
  say(
    `Restored the state of ${manifest.takenAt}: ${shops.length} shops. Changes since then are read from Shopify at the start.`,
  );
  const stored = await db.session.findMany({ select: { id: true, shop: true } });
  const readable = await Promise.all(
    stored.map(async ({ id }) => (await sessions.loadSession(id)) !== undefined),
  );
  const unreadable = stored.filter((_, index) => !readable[index]).map(({ shop }) => shop);
  say(`${stored.length - unreadable.length} of ${stored.length} sessions can be read with TOKEN_KEYS.`);
  if (unreadable.length > 0)
    say(`! Sign in anew at their next visit: ${[...new Set(unreadable)].join(", ")}`);
  const back = shops
    .map(({ domain }) => domain)
    .filter((shop) => before.length > 0 && !before.includes(shop));
  if (back.length > 0)
    say(`! Unknown to the state that was there, so perhaps erased since the backup: ${back.join(", ")}`);
  const left = shops.filter((shop) => shop.uninstalledAt !== null).map((shop) => shop.domain);
  if (left.length > 0)
    say(`! Had uninstalled by then; Shopify may have asked for their erasure since: ${left.join(", ")}`);
  say(
    `! Whatever Shopify asked to erase since ${manifest.takenAt} is back with this backup: see docs/operations.md.`,
  );
}
