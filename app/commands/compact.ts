// npm run compact
import { db } from "../db.server.ts";
import { compact } from "../jobs/compaction.server.ts";
import { enqueue } from "../queue/queue.server.ts";
import { command, currentState, followJob, freeWarehouse, say, text, WrongCall } from "./command.ts";

const HELP = `npm run compact -- --shop DOMAIN | --all [--force]
  Gives back the room of replaced rows: DuckDB files are written anew, PostgreSQL tables vacuumed.
  Without --force only where it is worth it (a file more than 1.5 times what lives in it, and above 16 MB).
  The app does the same by itself after merges and each night; it may run meanwhile.`;

const options = { shop: { type: "string" }, all: { type: "boolean" }, force: { type: "boolean" } } as const;

await command(HELP, options, async (values) => {
  const shop = text(values, "shop");
  if ((shop === undefined) === !values.all) throw new WrongCall("Either --shop DOMAIN or --all.");
  await currentState();
  const shops = await db.shop.findMany({
    ...(shop ? { where: { domain: shop } } : {}),
    orderBy: { domain: "asc" },
  });
  if (shop !== undefined && shops.length === 0) throw new Error(`${shop} is not known here.`);
  const force = values.force === true;
  const own = (await freeWarehouse()) !== null;
  for (const { domain } of shops)
    if (own) say(`${domain}: ${(await compact(domain, force)) ? "compacted" : "nothing worth it"}`);
    else {
      await enqueue("compact", { shop: domain, force });
      await followJob({ key: `compact ${domain}`, done: () => gone(`compact ${domain}`) });
      say(`${domain}: done by the running app`);
    }
});

async function gone(key: string): Promise<boolean> {
  const rows = await db.$queryRaw<unknown[]>`SELECT 1 FROM graphile_worker.jobs WHERE key = ${key}`;
  return rows.length === 0;
}
