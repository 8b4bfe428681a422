// Figures that stand in the databases: read when asked for, at most every few seconds and never for long, so that a
// monitor cannot hurt what it watches. What cannot be read in time is left out, and `up` says so.
import { statfs } from "node:fs/promises";
import { Gauge, Registry } from "prom-client";
import { db } from "../db.server.ts";
import { env } from "../env.server.ts";

const KEPT_MS = 5_000;
const WITHIN_MS = 2_000;
const NAME = "segment_kpis_";

type Sample = { name: GaugeName; labels?: Record<string, string>; value: number };

const declared = {
  up: ["Whether a part answered in time: 1 or 0", "part"],
  ready: ["Whether /readyz answers 200: 1 or 0"],
  webhooks_waiting: ["Webhooks noted and not yet followed"],
  webhooks_waiting_oldest_seconds: ["Age of the oldest of them"],
  webhooks_given_up: ["Webhooks left alone after all attempts"],
  jobs: ["Jobs by name and state: waiting, running, retrying, failed", "job", "state"],
  jobs_oldest_seconds: ["How long the most overdue job of a name has been due", "job"],
  shops: ["Shops by phase: waiting, loading, failed, complete, uninstalled", "phase"],
  sweep_age_seconds: ["Age of the last sweep of the shop whose is oldest"],
  state_bytes: ["Size of the state database"],
  warehouse_bytes: ["Size of the warehouse: its files, or its schemas' tables and indexes"],
  warehouse_gate_waiting: ["Analytic queries waiting for their turn"],
  warehouse_gate_running: ["Analytic queries running"],
  data_disk_free_bytes: ["Free space where DATA_DIR is"],
} as const satisfies Record<string, readonly [help: string, ...labels: string[]]>;

type GaugeName = keyof typeof declared;

/** The gauges' text for Prometheus, read anew when what it shows is older than a few seconds. */
export function declareGauges(
  faults: () => Promise<readonly string[]>,
  opened: () => Promise<Measured>,
): { text: () => Promise<string> } {
  const registry = new Registry();
  const gauges = Object.fromEntries(
    Object.entries(declared).map(([name, [help, ...labelNames]]) => [
      name,
      new Gauge({ name: NAME + name, help, labelNames, registers: [registry] }),
    ]),
  ) as unknown as Record<GaugeName, Gauge>;
  let readAt = -Infinity;
  let reading: Promise<void> | null = null;

  async function read(): Promise<void> {
    const ready = faults().then((found): Sample[] => [{ name: "ready", value: found.length === 0 ? 1 : 0 }]);
    const parts = {
      database: fromDatabase,
      warehouse: async () => fromWarehouse(await opened()),
      disk: fromDisk,
    };
    const read = await Promise.all(
      Object.entries(parts).map(async ([part, collect]): Promise<Sample[]> => {
        const samples = await inTime(collect()).catch(() => null);
        return [...(samples ?? []), { name: "up", labels: { part }, value: samples === null ? 0 : 1 }];
      }),
    );
    read.push(await ready.catch((): Sample[] => [{ name: "ready", value: 0 }]));
    for (const [name, gauge] of Object.entries(gauges)) {
      gauge.reset();
      // Without labels it would show 0 now, but unread is not 0.
      if (declared[name as GaugeName].length === 1) gauge.remove();
    }
    for (const { name, labels = {}, value } of read.flat()) gauges[name].set(labels, value);
    readAt = performance.now();
  }

  return {
    async text() {
      if (performance.now() - readAt >= KEPT_MS) {
        reading ??= read().finally(() => (reading = null));
        await reading;
      }
      return registry.metrics();
    },
  };
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("too slow")), WITHIN_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

interface SampleRow {
  name: GaugeName;
  label: string | null;
  state: string | null;
  value: number | null;
}

const age = (instant: string) => `extract(epoch FROM now() - ${instant})::float8`;

const OF_STATE = `
  SELECT 'webhooks_waiting' AS name, NULL AS label, NULL AS state, count(*)::float8 AS value
    FROM "WebhookEvent" WHERE "processedAt" IS NULL AND NOT (${unreadable()})
  UNION ALL SELECT 'webhooks_waiting_oldest_seconds', NULL, NULL, coalesce(${age('min("receivedAt")')}, 0)
    FROM "WebhookEvent" WHERE "processedAt" IS NULL AND NOT (${unreadable()})
  UNION ALL SELECT 'webhooks_given_up', NULL, NULL, count(*)::float8
    FROM "WebhookEvent" WHERE "processedAt" IS NULL AND ${unreadable()}
  UNION ALL SELECT 'shops', phase, NULL, count(*)::float8 FROM (
    SELECT CASE WHEN "uninstalledAt" IS NOT NULL THEN 'uninstalled'
      WHEN "firstSyncFinishedAt" IS NOT NULL THEN 'complete'
      WHEN "firstSyncError" IS NOT NULL THEN 'failed'
      WHEN "firstSyncStartedAt" IS NOT NULL THEN 'loading' ELSE 'waiting' END AS phase
    FROM "Shop") phases GROUP BY phase
  UNION ALL SELECT 'sweep_age_seconds', NULL, NULL, coalesce(${age('min("lastSweepAt")')}, 0)
    FROM "Shop" WHERE "uninstalledAt" IS NULL AND "sweptUntil" IS NOT NULL
  UNION ALL SELECT 'state_bytes', NULL, NULL, pg_database_size(current_database())::float8`;

const OF_JOBS = `
  SELECT 'jobs' AS name, task_identifier AS label, state, count(*)::float8 AS value FROM (
    SELECT task_identifier, CASE WHEN locked_at IS NOT NULL THEN 'running'
      WHEN attempts >= max_attempts THEN 'failed'
      WHEN attempts > 0 THEN 'retrying' ELSE 'waiting' END AS state
    FROM graphile_worker.jobs) states GROUP BY task_identifier, state
  UNION ALL SELECT 'jobs_oldest_seconds', task_identifier, NULL, greatest(0, ${age("min(run_at)")})
    FROM graphile_worker.jobs WHERE locked_at IS NULL AND attempts < max_attempts GROUP BY task_identifier`;

/** As the sync counts unreadable webhooks: so many attempts that failed for the data's own sake. */
function unreadable(): string {
  return `attempts >= 11`;
}

async function fromDatabase(): Promise<Sample[]> {
  const [queue] = await db.$queryRaw<{ there: boolean }[]>`
    SELECT to_regclass('graphile_worker.jobs') IS NOT NULL AS there`;
  const sql = queue?.there ? `${OF_STATE} UNION ALL ${OF_JOBS}` : OF_STATE;
  const [, rows] = await db.$transaction([
    db.$executeRawUnsafe(`SET LOCAL statement_timeout = ${WITHIN_MS}`),
    db.$queryRawUnsafe<SampleRow[]>(sql),
  ]);
  return rows.map(({ name, label, state, value }) => ({
    name,
    labels: labelled(name, label, state),
    value: value ?? 0,
  }));
}

function labelled(name: GaugeName, label: string | null, state: string | null): Record<string, string> {
  const [, first, second] = declared[name];
  return {
    ...(first !== undefined && label !== null ? { [first]: label } : {}),
    ...(second !== undefined && state !== null ? { [second]: state } : {}),
  };
}

/** What is asked of the warehouse. */
export interface Measured {
  /** Fails when it cannot be used. */
  check(): Promise<unknown>;
  vitals(): Promise<{ bytes: number; waiting: number; running: number }>;
}

async function fromWarehouse(opened: Measured): Promise<Sample[]> {
  // As /readyz asks: sizes alone are read from the disk, whatever became of the engine.
  await opened.check();
  const { bytes, waiting, running } = await opened.vitals();
  return [
    { name: "warehouse_bytes", value: bytes },
    { name: "warehouse_gate_waiting", value: waiting },
    { name: "warehouse_gate_running", value: running },
  ];
}

async function fromDisk(): Promise<Sample[]> {
  const { bavail, bsize } = await statfs(env().DATA_DIR);
  return [{ name: "data_disk_free_bytes", value: bavail * bsize }];
}
