// A night's recording of what Shopify keeps no past of, at the size of a large shop: the app's own share, without Shopify's
// time and the network's, and what a year of it takes on disk. `node test/tools/bench/recording.ts [--customers N --items N
// --nights N]` prints rows of a table.
import { createReadStream, createWriteStream } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { once } from "node:events";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import type { z } from "zod";
import type { Admin } from "../../../app/shopify/admin-api.ts";
import { readMembers } from "../../../app/sync/recording/members.ts";
import { consents } from "../../../app/sync/resources/consents.ts";
import type { ObservedResource } from "../../../app/sync/resources/observed-resource.ts";
import { segmentMembers } from "../../../app/sync/resources/shopify-segments.ts";
import { stockLevels, unitCosts } from "../../../app/sync/resources/stock.ts";
import { RowSorter } from "../../../app/warehouse/row-sorter.ts";
import { openWarehouse, type Rows, type Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { startPostgres } from "../../../prisma/embedded.ts";

const SHOP = "bench.myshopify.com";
const LIMIT_S = 60;
const LIMIT_MB = 30;
const LOCATIONS = 3;
/** As parts of all customers. */
const SEGMENTS = [1, 0.5, 0.25, 0.1, 0.05, 0.02, 0.01, 0.01];
/** Of a day: levels that changed, of one location each; consents, members, costs. */
const DAILY = { stock: 0.15, consents: 0.01, members: 0.02, costs: 0.005 };
const PIECE_BYTES = 64 * 1024;

interface Took {
  seconds: number;
  /** Of this process; a PostgreSQL server's is not in it. */
  cpu: number;
}

interface EngineMeasured {
  first: Took;
  /** Medians. */
  night: Took;
  /** For 10,000 items. */
  yearMb: number;
}

export interface RecordingMeasured {
  customers: number;
  items: number;
  nights: number;
  duckdb: EngineMeasured;
  postgres: EngineMeasured;
}

interface Size {
  customers: number;
  items: number;
}

/** The same for every run, and another every day for the part that changes on it. */
const draw = (id: number, salt: number): number =>
  ((((id * 48_271 + salt * 69_621) % 2_147_483_647) * 16_807) % 2_147_483_647) / 2_147_483_647;
const lastChange = (id: number, day: number, part: number): number => {
  for (let on = day; on > 0; on -= 1) if (draw(id, on) < part) return on;
  return 0;
};
const gid = (type: string, id: number) => `gid:\\/\\/shopify\\/${type}\\/${id}`;
const instant = (day: number) => new Date(Date.UTC(2026, 0, 1 + day, 15)).toISOString().replace(".000Z", "Z");

function* customerRows({ customers }: Size, day: number): Generator<string> {
  for (let n = 1; n <= customers; n += 1) {
    const on = lastChange(n, day, DAILY.consents);
    const email = draw(n, 1000 + on) < 0.4 ? "SUBSCRIBED" : "NOT_SUBSCRIBED";
    const phone =
      n % 3 === 0
        ? "null"
        : `{"smsMarketingConsent":{"state":"NEVER_SUBSCRIBED","updatedAt":null},"whatsAppMarketingConsent":{"state":"NEVER_SUBSCRIBED","updatedAt":null}}`;
    yield `{"__typename":"Customer","id":"${gid("Customer", 7_000_000_000_000 + n * 32_768)}","defaultEmailAddress":{"marketingState":"${email}","marketingUpdatedAt":"${instant(on)}"},"defaultPhoneNumber":${phone}}`;
  }
}

function* stockRows({ items }: Size, day: number): Generator<string> {
  for (let n = 1; n <= items; n += 1) {
    const item = gid("InventoryItem", 4_000_000_000_000 + n * 32_768);
    yield `{"__typename":"InventoryItem","id":"${item}"}`;
    for (let place = 1; place <= LOCATIONS; place += 1) {
      const on = n % LOCATIONS === place - 1 ? lastChange(n, day, DAILY.stock) : 0;
      const available = Math.floor(draw(n + place, 2000 + on) * 200);
      yield `{"__typename":"InventoryLevel","id":"${gid("InventoryLevel", place)}?inventory_item_id=${n}","updatedAt":"${instant(on)}","location":{"id":"${gid("Location", 9_000_000 + place)}"},"quantities":[{"name":"available","quantity":${available}},{"name":"on_hand","quantity":${available + 2}},{"name":"committed","quantity":2},{"name":"incoming","quantity":0}],"__parentId":"${item}"}`;
    }
  }
}

function* costRows({ items }: Size, day: number): Generator<string> {
  for (let n = 1; n <= items; n += 1) {
    const on = lastChange(n, day, DAILY.costs);
    yield `{"__typename":"InventoryItem","id":"${gid("InventoryItem", 4_000_000_000_000 + n * 32_768)}","updatedAt":"${instant(on)}","unitCost":{"amount":"${(1 + draw(n, 3000 + on) * 50).toFixed(2)}","currencyCode":"EUR"}}`;
  }
}

async function writeFile(file: string, rows: Iterable<string>): Promise<void> {
  const output = createWriteStream(file);
  let block = "";
  for (const row of rows) {
    block += `${row}\n`;
    if (block.length < 1_000_000) continue;
    if (!output.write(block)) await once(output, "drain");
    block = "";
  }
  output.end(block);
  await once(output, "finish");
}

/** Answers pages of members as text, as the network brings them. */
function membersPages({ customers }: Size, day: number): Map<number, string[]> {
  const pages = new Map<number, string[]>();
  for (const [segment, part] of SEGMENTS.entries()) {
    const ids: string[] = [];
    for (let n = 1; n <= customers; n += 1) {
      const on = lastChange(n + segment, day, DAILY.members);
      if (draw(n + segment, 4000 + on) < part * 0.98)
        ids.push(
          `{"node":{"id":"gid:\\/\\/shopify\\/CustomerSegmentMember\\/${7_000_000_000_000 + n * 32_768}"}}`,
        );
    }
    const texts: string[] = [];
    for (let at = 0; at === 0 || at < ids.length; at += 1000)
      texts.push(
        `{"customerSegmentMembers":{"totalCount":${ids.length},"edges":[${ids.slice(at, at + 1000).join(",")}],"pageInfo":{"hasNextPage":${at + 1000 < ids.length},"endCursor":"${at + 1000}"}}}`,
      );
    pages.set(segment + 1, texts);
  }
  return pages;
}

function adminOf(pages: Map<number, string[]>): Admin {
  const numberIn = (id: unknown) => Number(String(id).split("/").at(-1));
  return {
    shop: SHOP,
    request: <T>(_document: string, variables: Record<string, unknown>, answer: z.ZodType<T>) => {
      const { input, id, segmentId, queryId, after } = variables;
      const query = {
        id: `gid://shopify/Query/${numberIn((input as { segmentId?: unknown } | undefined)?.segmentId ?? id)}`,
        done: true,
      };
      if (input !== undefined)
        return Promise.resolve(
          answer.parse({
            customerSegmentMembersQueryCreate: { customerSegmentMembersQuery: query, userErrors: [] },
          }),
        );
      const page = pages.get(numberIn(queryId ?? segmentId))?.[Number(after ?? 0) / 1000] ?? "";
      return Promise.resolve(answer.parse(JSON.parse(page)));
    },
  };
}

interface Night {
  files: readonly { resource: ObservedResource; file: string }[];
  pages: Map<number, string[]>;
}

async function makeNight(directory: string, size: Size, day: number): Promise<Night> {
  const made = [
    { resource: consents, rows: customerRows(size, day) },
    { resource: stockLevels, rows: stockRows(size, day) },
    { resource: unitCosts, rows: costRows(size, day) },
  ];
  const files = [];
  for (const { resource, rows } of made) {
    const file = path.join(directory, `${resource.source}.jsonl`);
    await writeFile(file, rows);
    files.push({ resource, file });
  }
  return { files, pages: membersPages(size, day) };
}

/** What the app does of a night, once Shopify's answers arrive. */
async function record(
  warehouse: Warehouse,
  directory: string,
  { files, pages }: Night,
  day: number,
): Promise<Took> {
  const copy = warehouse.of(SHOP);
  const readAt = new Date(Date.UTC(2026, 0, 2 + day, 2)).toISOString();
  const begun = performance.now();
  const cpuBefore = process.cpuUsage();
  const observe = (resource: ObservedResource, rows: Rows) =>
    copy.observe({
      ...{ source: resource.source, stages: resource.stages, readAt, files: [rows] },
      extent: { all: true, but: [] },
    });
  for (const { resource, file } of files) {
    const sorter = new RowSorter(path.join(directory, `sorted-${resource.source}`), resource.stages);
    for await (const piece of createReadStream(file, { highWaterMark: PIECE_BYTES }) as AsyncIterable<Buffer>)
      await sorter.write(piece);
    await observe(resource, await sorter.end());
  }
  const context = {
    ...{ shop: SHOP, admin: adminOf(pages), directory, now: () => new Date() },
    wait: () => Promise.resolve(),
  };
  const { file } = await readMembers(context, [...pages.keys()], "Europe/Berlin");
  if (file !== null) await observe(segmentMembers, file);
  const seconds = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  if (file !== null) await rm(file);
  return { seconds, cpu: (user + system) / 1e6 };
}

async function open(directory: string, url?: string): Promise<Warehouse> {
  const warehouse = await openWarehouse({ directory, ...(url === undefined ? {} : { url }) });
  await warehouse.of(SHOP).setMeta({ currency: "EUR", decimals: 2, time_zone: "Europe/Berlin" });
  return warehouse;
}

/** Megabytes that the copy takes once replaced rows have given back their room. */
async function megabytes(warehouse: Warehouse): Promise<number> {
  await warehouse.of(SHOP).compact({ force: true });
  return (await warehouse.vitals()).bytes / 1e6;
}

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;

/** A first night, then others; what each took, and what they added to the copy. */
async function recordNights(
  warehouse: Warehouse,
  directory: string,
  size: Size,
  nights: number,
): Promise<EngineMeasured> {
  let first: Took | null = null;
  let before = 0;
  const others: Took[] = [];
  for (let day = 0; day <= nights; day += 1) {
    const night = await makeNight(directory, size, day);
    const took = await record(warehouse, directory, night, day);
    if (first === null) {
      first = took;
      before = await megabytes(warehouse);
    } else others.push(took);
  }
  const grown = (await megabytes(warehouse)) - before;
  return {
    first: first ?? { seconds: NaN, cpu: NaN },
    night: {
      seconds: median(others.map(({ seconds }) => seconds)),
      cpu: median(others.map(({ cpu }) => cpu)),
    },
    yearMb: ((grown / nights) * 365 * 10_000) / size.items,
  };
}

export async function measureRecording(size: Size, nights: number): Promise<RecordingMeasured> {
  const directory = await mkdtemp(path.join(tmpdir(), "segment-kpis-recording-"));
  // Run by root, PostgreSQL gets another account, which must be able to pass through.
  await chmod(directory, 0o711);
  const server = await startPostgres(path.join(directory, "postgres"), {
    database: "bench",
    settings: { fsync: "off" },
  });
  try {
    const engines: EngineMeasured[] = [];
    for (const url of [undefined, server.url]) {
      const warehouse = await open(path.join(directory, url === undefined ? "duckdb" : "scratch"), url);
      engines.push(await recordNights(warehouse, directory, size, nights));
      await warehouse.close();
    }
    const [duckdb, postgres] = engines as [EngineMeasured, EngineMeasured];
    return { ...size, nights, duckdb, postgres };
  } finally {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

export function recordingRows({ customers, items, nights, duckdb, postgres }: RecordingMeasured): string[] {
  const count = (n: number) => n.toLocaleString("en");
  const size = `${count(customers)} customers, ${count(items)} variants at ${LOCATIONS} locations, ${SEGMENTS.length} segments`;
  // It is a limit for so many items; what customers take beside them has none.
  const against =
    customers === 0 ? `${LIMIT_MB} MB (limit) | ${(duckdb.yearMb / LIMIT_MB).toFixed(2)}` : "– | –";
  const took = ({ seconds, cpu }: Took) => `${seconds.toFixed(1)} s, ${cpu.toFixed(1)} s of processor time`;
  return [
    `| A night's recording, the app's share (median of ${nights}) | ${size} | ${duckdb.night.seconds.toFixed(1)} s | ${LIMIT_S} s (limit) | ${(duckdb.night.seconds / LIMIT_S).toFixed(2)} | ${duckdb.night.cpu.toFixed(1)} s of processor time; first night ${took(duckdb.first)}; PostgreSQL ${postgres.night.seconds.toFixed(1)} s, first ${postgres.first.seconds.toFixed(1)} s |`,
    `| A year of recording for 10,000 variants and ${customers === 0 ? "no" : count((customers * 10_000) / items)} customers (${nights} nights) | ${DAILY.stock * 100}% of the variants sold or moved a day | ${duckdb.yearMb.toFixed(1)} MB | ${against} | PostgreSQL ${postgres.yearMb.toFixed(1)} MB |`,
  ];
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      customers: { type: "string", default: "250000" },
      items: { type: "string", default: "20000" },
      nights: { type: "string", default: "10" },
    },
  });
  const size = { customers: Number(values.customers), items: Number(values.items) };
  console.log(recordingRows(await measureRecording(size, Number(values.nights))).join("\n"));
}
