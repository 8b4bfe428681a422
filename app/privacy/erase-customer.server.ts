// Erases one customer everywhere the app keeps anything: warehouse, notes of webhooks, requests, errors, downloads.
import { rm } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import type { PrivacyRequest, PrismaClient } from "../../prisma/generated/client.ts";
import { scrubErrors } from "../queue/queue-traces.server.ts";
import { errorScrubbed } from "../sync/shop/copy-row.ts";
import { redact, redactedIn } from "../sync/loading/redactions.ts";
import { StillRead } from "../sync/loading/retention.ts";
import { customersNamed } from "../warehouse/schema/personal.ts";
import type { Warehouse } from "../warehouse/warehouse.server.ts";
import { CUSTOMER_TOPICS } from "./requests.server.ts";

export interface Places {
  db: PrismaClient;
  warehouse: Warehouse;
  /** Where the shop's files lie on their way into the warehouse. */
  downloads: string;
}

/**
 * Works off a request to redact a customer, in the shop's own queue. Safe to repeat: it counts as done only when the
 * warehouse's files have been written anew.
 * @throws StillRead while a long reading holds the file
 */
export async function eraseCustomer(
  { db, warehouse, downloads }: Places,
  { id, shop, customerId, orderIds }: PrivacyRequest,
): Promise<void> {
  if (customerId !== null) {
    // First the list, so that whatever is merged meanwhile comes without him.
    await redact(db, shop, customerId);
    const inUse = warehouse.of(shop);
    for (const copy of [inUse, inUse.next]) {
      if ((await copy.meta()) === null) continue;
      await copy.eraseCustomers([Number(customerId)], orderIds.map(Number));
      if (!(await copy.rewrite())) throw new StillRead(shop);
    }
    await rm(downloads, { recursive: true, force: true });
    await forgetInState(db, shop, customerId);
  }
  await db.privacyRequest.updateMany({
    where: { id },
    data: { customerId: null, orderIds: [], doneAt: new Date() },
  });
}

async function forgetInState(db: PrismaClient, shop: string, customerId: bigint): Promise<void> {
  const named = `%${customerId}%`;
  await db.$executeRaw`
    UPDATE "WebhookEvent" SET "resourceIds" = array_remove("resourceIds", ${customerId})
    WHERE "shop" = ${shop} AND "topic" = ANY(${CUSTOMER_TOPICS}) AND ${customerId} = ANY("resourceIds")`;
  await db.$executeRaw`UPDATE "WebhookEvent" SET "error" = NULL WHERE "shop" = ${shop} AND "error" LIKE ${named}`;
  await db.$executeRaw`UPDATE "SyncWindow" SET "error" = NULL WHERE "shop" = ${shop} AND "error" LIKE ${named}`;
  await errorScrubbed(db, shop, customerId);
  await db.$executeRaw`UPDATE "Check" SET "error" = NULL WHERE "shop" = ${shop} AND "error" LIKE ${named}`;
  // A night's check whose work list names him begins anew.
  await db.$executeRaw`
    UPDATE "Check" SET "stage" = 'sweep', "work" = '{}', "found" = '{}', "checked" = 0
    WHERE "shop" = ${shop} AND "finishedAt" IS NULL AND CAST("work" AS text) LIKE ${named}`;
  await scrubErrors(db, shop, customerId);
  await db.privacyRequest.deleteMany({ where: { shop, topic: "customers_data_request", customerId } });
}

/**
 * Erases redacted customers whom the warehouse holds all the same, as after a backup was put back.
 * @returns how many there were
 */
export async function eraseReturned({ db, warehouse }: Places, shop: string): Promise<number> {
  const isRedacted = await redactedIn(db, shop);
  const copy = warehouse.of(shop);
  if (isRedacted === null || (await copy.meta()) === null) return 0;
  const returned: number[] = [];
  for await (const batch of copy.stream<{ id: number }>(customersNamed(copy.schema))) {
    for (const { id } of batch) if (isRedacted(id)) returned.push(id);
    await setImmediate();
  }
  if (returned.length === 0) return 0;
  await copy.eraseCustomers(returned);
  if (!(await copy.rewrite())) throw new StillRead(shop);
  return returned.length;
}

/** Webhooks go on naming a customer after his erasure: takes the redacted out of the shop's notes that are worked off. */
export async function forgetInNotes(
  db: PrismaClient,
  shop: string,
  isRedacted: (customerId: bigint) => boolean,
): Promise<void> {
  const named = await db.$queryRaw<{ id: bigint }[]>`
    SELECT DISTINCT unnest("resourceIds") AS id FROM "WebhookEvent"
    WHERE "shop" = ${shop} AND "topic" = ANY(${CUSTOMER_TOPICS}) AND "processedAt" IS NOT NULL`;
  for (const { id } of named) if (isRedacted(id)) await forgetInState(db, shop, id);
}
