// npm run backup
import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import {
  answerFile,
  copyAnswer,
  type CopiedWarehouse,
  copyWarehouse,
} from "../jobs/copy-warehouse.server.ts";
import { enqueue } from "../queue/queue.server.ts";
import { hashOf, type Manifest, writeManifest } from "./backup-files.ts";
import { command, followJob, freeWarehouse, needed, say, stateUrl, WrongCall } from "./command.ts";
import { copyStateOut } from "./state-copy.ts";

const HELP = `npm run backup -- --to DIR
  Writes a copy of the state database and of every shop's facts into DIR, which must not exist or be empty.
  The app may run: each part is of one instant, the facts of a later one than the state, which a sync makes good.
  Access tokens stay encrypted, and the keys (TOKEN_KEYS) are not in it: keep those elsewhere.
  A backup holds what is erased later, until you delete it.`;

await command(HELP, { to: { type: "string" } }, async (values) => {
  const directory = path.resolve(needed(values, "to"));
  await mkdir(directory, { recursive: true, mode: 0o700 });
  if ((await readdir(directory)).length > 0) throw new WrongCall(`${directory} is not empty.`);
  const state = await copyStateOut(await stateUrl(), directory);
  const copied = await copyFacts(path.join(directory, "warehouse"), state.shops);
  const warehouse: Manifest["warehouse"] = {};
  for (const [shop, copy] of Object.entries(copied.shops))
    warehouse[shop] = { ...copy, directory: path.posix.join("warehouse", copy.directory) };
  const files: Manifest["files"] = {};
  for (const file of await readdir(directory, { recursive: true }))
    if (file.endsWith(".csv.gz"))
      files[file.split(path.sep).join("/")] = await hashOf(path.join(directory, file));
  const { takenAt, migrations, tables } = state;
  await writeManifest(directory, { format: 1, takenAt, migrations, state: tables, warehouse, files });
  const rows = Object.values(tables).reduce((sum, table) => sum + table.rows, 0);
  say(`State: ${Object.keys(tables).length} tables, ${rows} rows, as of ${takenAt}.`);
  say(`Facts: ${Object.keys(warehouse).length} of ${state.shops.length} shops, from ${copied.engine}.`);
  say(`Written to ${directory}. Keep TOKEN_KEYS elsewhere: without them the tokens in it are of no use.`);
});

/** By this process, or by the running app when that holds the warehouse. */
async function copyFacts(directory: string, shops: string[]): Promise<CopiedWarehouse> {
  const request = { directory, id: randomUUID(), shops };
  if ((await freeWarehouse()) !== null) await copyWarehouse(request);
  else {
    say("The app is running and copies its warehouse itself.");
    await enqueue("copy_warehouse", request);
    await followJob({ key: "copy_warehouse", done: async () => (await answerTo(directory)) !== null });
  }
  const answer = await answerTo(directory);
  await rm(answerFile(directory), { force: true });
  if (answer === null || "error" in answer)
    throw new Error(`The warehouse was not copied: ${answer?.error ?? "no answer"}`);
  return answer;
}

async function answerTo(directory: string) {
  const text = await readFile(answerFile(directory), "utf8").catch(() => null);
  return text === null ? null : copyAnswer.parse(JSON.parse(text));
}
