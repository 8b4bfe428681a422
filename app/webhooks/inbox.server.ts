// The inbox: verified webhooks go into the state database together with the job that follows them. Whatever arrives while
// a statement is under way shares the next one, so that a storm costs a few commits a second and nothing queues elsewhere.
import pg from "pg";
import { env } from "../env.server.ts";
import { openPool } from "../pool.server.ts";
import { LATE_MINUTES } from "../sync/shop/webhook-days.ts";
import { ATTEMPTS, type JobName } from "../queue/contract.ts";
import { openQueue } from "../queue/queue.server.ts";
import { keepPlace, keepRequest, type PlaceNews, type Request } from "./inbox-duties.ts";

export interface Arrival {
  shop: string;
  topic: string;
  eventId: string;
  webhookId: string;
  resourceIds: readonly bigint[];
  triggeredAt: string | null;
  /** Nothing is left to be done about it. */
  settled: boolean;
}

export interface Inbox {
  /** Resolves once the event is kept, whether it was new or not. What unknown shops send is dropped. */
  note(arrival: Arrival): Promise<void>;
  /** Counts a webhook of a known shop that names nothing to read. */
  countUnreadable(shop: string): Promise<void>;
  /** Keep, once by its event, what a compliance webhook asks for, and news of the app's own place in a shop. */
  noteRequest(request: Request): Promise<void>;
  notePlace(news: PlaceNews): Promise<void>;
  close(): Promise<void>;
}

/** Events of this long share one reading. */
const COALESCE = "1 second";
const AT_ONCE = 200;
/** Shopify hangs up after five seconds. */
const WITHIN_MS = 4000;

const FOLLOW: JobName = "follow_webhooks";

const job = (shop: string) =>
  `('${FOLLOW}', json_build_object('shop', ${shop}), ${shop}, now() + interval '${COALESCE}', ${ATTEMPTS},
      '${FOLLOW} ' || ${shop}, NULL, NULL)::graphile_worker.job_spec`;

/**
 * Answers the shops for which no job was added although none waits. Rows are locked in the order of the shops, so that two
 * processes cannot wait for each other. The day is UTC's: a zone that this database does not know would keep webhooks out. A job that already waits is left alone, which spares most
 * of the statement's time; held until the events are there, it cannot begin without them.
 */
const NOTE = `
  WITH arrived AS (
    SELECT a.*, (now() AT TIME ZONE 'UTC')::date AS day, s."uninstalledAt" IS NULL AS installed
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::boolean[])
      WITH ORDINALITY AS a(shop, topic, event, webhook, ids, triggered, settled, place)
    JOIN "Shop" s ON s.domain = a.shop),
  noted AS (
    INSERT INTO "WebhookEvent" (shop, topic, "eventId", "webhookId", "resourceIds", "triggeredAt", "processedAt", day)
    SELECT DISTINCT ON (shop, topic, event) shop, topic, event, webhook, string_to_array(ids, ',')::bigint[], triggered,
      CASE WHEN settled THEN now() END, day
    FROM arrived ORDER BY shop, topic, event, place
    ON CONFLICT (shop, topic, "eventId") DO NOTHING
    RETURNING shop, "triggeredAt" < now() - interval '${LATE_MINUTES} minutes' AS late, "processedAt" IS NOT NULL AS settled),
  counted AS (
    INSERT INTO "WebhookDay" AS kept (shop, day, received, late, repeated, used)
    SELECT shop, day, coalesce(new.received, 0), coalesce(new.late, 0), deliveries - coalesce(new.received, 0),
      coalesce(new.used, 0)
    FROM (SELECT shop, day, count(*) AS deliveries FROM arrived GROUP BY shop, day) came
    LEFT JOIN (SELECT shop, count(*) AS received, count(*) FILTER (WHERE late) AS late,
        count(*) FILTER (WHERE settled) AS used FROM noted GROUP BY shop) new USING (shop)
    ORDER BY shop
    ON CONFLICT (shop, day) DO UPDATE SET received = kept.received + excluded.received,
      late = kept.late + excluded.late, repeated = kept.repeated + excluded.repeated, used = kept.used + excluded.used),
  heard AS (
    UPDATE "Shop" SET "lastWebhookAt" = now() FROM (
      SELECT domain AS own FROM "Shop" WHERE domain IN (SELECT shop FROM arrived WHERE installed)
      ORDER BY domain FOR NO KEY UPDATE) locked
    WHERE domain = own),
  waiting AS (
    SELECT key FROM graphile_worker._private_jobs
    WHERE key IN (SELECT '${FOLLOW} ' || shop FROM arrived) AND locked_at IS NULL AND attempts = 0
    FOR SHARE SKIP LOCKED),
  announced AS (
    SELECT DISTINCT shop FROM noted JOIN arrived USING (shop)
    WHERE NOT noted.settled AND installed AND '${FOLLOW} ' || shop NOT IN (SELECT key FROM waiting)),
  asked AS (
    SELECT array_agg(${job("shop")} ORDER BY shop) AS jobs FROM announced),
  added AS (SELECT job.key FROM asked, graphile_worker.add_jobs(jobs, TRUE) job)
  SELECT shop FROM announced WHERE '${FOLLOW} ' || shop NOT IN (SELECT key FROM added)`;

/**
 * graphile-worker adds nothing where a worker was about to begin the job: its row is changed, but not yet seen to be. Asked
 * again, when it is, it puts another beside it.
 */
const FOLLOW_AGAIN = `SELECT graphile_worker.add_jobs(ARRAY[${job("$1::text")}], TRUE)`;

const UNREADABLE = `
  INSERT INTO "WebhookDay" AS kept (shop, day, unusable)
  SELECT domain, (now() AT TIME ZONE 'UTC')::date, 1 FROM "Shop" WHERE domain = $1
  ON CONFLICT (shop, day) DO UPDATE SET unusable = kept.unusable + 1`;

interface Waiting {
  arrival: Arrival;
  done: () => void;
  failed: (error: unknown) => void;
}

/** Connections of its own: jobs that wait for theirs cannot keep a webhook waiting. */
export function openInbox(): Inbox {
  const pool = openPool("inbox", {
    connectionString: process.env.DATABASE_URL ?? env().DATABASE_URL,
    // One writes records; a storm of these leaves the others to what must not be missed.
    max: 3,
    connectMs: WITHIN_MS / 2,
    answerMs: WITHIN_MS,
    statementMs: WITHIN_MS,
  });

  let waiting: Waiting[] = [];
  let writing = false;

  async function write(): Promise<void> {
    writing = true;
    for (; waiting.length > 0;) {
      const batch = waiting.slice(0, AT_ONCE);
      waiting = waiting.slice(AT_ONCE);
      await keep(batch);
    }
    writing = false;
  }

  async function keep(batch: readonly Waiting[]): Promise<void> {
    try {
      const values = columns(batch.map(({ arrival }) => arrival));
      const { rows } = await pool.query<{ shop: string }>({ name: "note", text: NOTE, values });
      for (const { shop } of rows) await pool.query(FOLLOW_AGAIN, [shop]);
      for (const { done } of batch) done();
    } catch (error) {
      // What one of them brings fails the statement of all: they come from many shops.
      if (batch.length > 1 && isOfValue(error)) for (const each of batch) await keep([each]);
      else for (const { failed } of batch) failed(error);
    }
  }

  return {
    note: (arrival) =>
      new Promise((done, failed) => {
        waiting.push({ arrival, done, failed });
        if (!writing) void write();
      }),
    countUnreadable: async (shop) => {
      await pool.query(UNREADABLE, [shop]);
    },
    noteRequest: (request) => keepRequest(pool, request),
    notePlace: (news) => keepPlace(pool, news),
    close: () => pool.end(),
  };
}

/** The route bundle and a hot reload load this module again. */
const pinned = globalThis as typeof globalThis & { __inbox?: Promise<Inbox> | undefined };

/** The process's own inbox, opened when first used; its statements name the queue's tables, which are made before. */
export function inbox(): Promise<Inbox> {
  pinned.__inbox ??= openQueue()
    .then(openInbox)
    .catch((error: unknown) => {
      pinned.__inbox = undefined;
      throw error;
    });
  return pinned.__inbox;
}

export async function closeInbox(): Promise<void> {
  const open = pinned.__inbox;
  pinned.__inbox = undefined;
  await (await open)?.close();
}

/** PostgreSQL's classes for a value that it refuses, and for one that is too long for it. */
const isOfValue = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && /^(22|54)/.test(error.code ?? "");

function columns(arrivals: readonly Arrival[]): unknown[][] {
  const column = <T>(value: (arrival: Arrival) => T): T[] => arrivals.map(value);
  return [
    column(({ shop }) => shop),
    column(({ topic }) => topic),
    column(({ eventId }) => eventId),
    column(({ webhookId }) => webhookId),
    column(({ resourceIds }) => resourceIds.join(",")),
    column(({ triggeredAt }) => triggeredAt),
    column(({ settled }) => settled),
  ];
}
