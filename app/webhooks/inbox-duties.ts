// The inbox's statements for what the app must not miss: Shopify's requests, and news of the app's own place in a shop. They are
// few, so that each is a statement of its own with its job in it, and fails alone.
import type pg from "pg";
import type { PrivacyTopic } from "../../prisma/generated/enums.ts";
import { ATTEMPTS, type JobName } from "../queue/contract.ts";

export interface Request {
  shop: string;
  eventId: string;
  name: PrivacyTopic;
  customerId: bigint | null;
  orderIds: readonly bigint[];
  number: bigint | null;
}

export interface PlaceNews {
  shop: string;
  topic: string;
  eventId: string;
  webhookId: string;
  triggeredAt: string | null;
}

/** `open` gives a row where there is something to do; answers how many jobs are owed and were added. */
const withJob = (name: JobName, open: string) => `
  ${open},
  asked AS (
    SELECT array_agg(('${name}', json_build_object('shop', shop), shop, NULL, ${ATTEMPTS}, '${name} ' || shop, NULL,
      NULL)::graphile_worker.job_spec) AS jobs FROM open),
  added AS (SELECT job.key FROM asked, graphile_worker.add_jobs(jobs, FALSE) job WHERE job.key IS NOT NULL)
  SELECT (SELECT count(*) FROM open)::int AS owed, (SELECT count(*) FROM added)::int AS added`;

/** Of a shop that is not known nothing is held; only the erasure of a shop is noted in any case. */
const REQUEST = withJob(
  "privacy",
  `WITH noted AS (
    INSERT INTO "PrivacyRequest" (shop, topic, "eventId", "customerId", "orderIds", number)
    SELECT $1, $2::"PrivacyTopic", $3, $4::bigint, $5::bigint[], $6::bigint
    WHERE $2::"PrivacyTopic" = 'shop_redact' OR EXISTS (SELECT FROM "Shop" WHERE domain = $1)
    ON CONFLICT (shop, topic, "eventId") DO NOTHING RETURNING shop),
  open AS (
    SELECT shop FROM noted UNION SELECT shop FROM "PrivacyRequest"
    WHERE shop = $1 AND topic = $2::"PrivacyTopic" AND "eventId" = $3 AND "doneAt" IS NULL)`,
);

const PLACE = withJob(
  "follow_place",
  `WITH noted AS (
    INSERT INTO "WebhookEvent" (shop, topic, "eventId", "webhookId", "resourceIds", "triggeredAt")
    SELECT $1, $2, $3, $4, '{}', $5::timestamptz
    WHERE EXISTS (SELECT FROM "Shop" WHERE domain = $1) OR EXISTS (SELECT FROM "Session" WHERE shop = $1)
    ON CONFLICT (shop, topic, "eventId") DO NOTHING RETURNING shop),
  open AS (
    SELECT shop FROM noted UNION SELECT shop FROM "WebhookEvent"
    WHERE shop = $1 AND topic = $2 AND "eventId" = $3 AND "processedAt" IS NULL)`,
);

/** graphile-worker adds nothing where a worker was about to begin the job; asked again, it puts another beside it. */
const TRIES = 3;

async function keep(pool: pg.Pool, text: string, values: readonly unknown[]): Promise<void> {
  for (let tried = 1; ; tried += 1) {
    const { rows } = await pool.query<{ owed: number; added: number }>(text, [...values]);
    if (rows[0]?.owed === rows[0]?.added) return;
    if (tried === TRIES) throw new Error("the job of a webhook was not added");
  }
}

export const keepRequest = (
  pool: pg.Pool,
  { shop, name, eventId, customerId, orderIds, number }: Request,
): Promise<void> => keep(pool, REQUEST, [shop, name, eventId, customerId, `{${orderIds.join(",")}}`, number]);

export const keepPlace = (
  pool: pg.Pool,
  { shop, topic, eventId, webhookId, triggeredAt }: PlaceNews,
): Promise<void> => keep(pool, PLACE, [shop, topic, eventId, webhookId, triggeredAt]);
