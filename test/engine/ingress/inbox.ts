// The inbox's tables held by somebody else, so that webhooks are inside for as long as a test wants.
import { expect } from "vitest";
import { db } from "../../../app/db.server.ts";
import { eventually } from "../../tools/setup/eventually.ts";

/** Keeps the inbox from writing, until what is returned is called. */
export async function holdInbox(): Promise<() => Promise<unknown>> {
  const held = Promise.withResolvers<undefined>();
  const locked = Promise.withResolvers<undefined>();
  const holding = db.$transaction(
    async (transaction) => {
      await transaction.$executeRaw`LOCK TABLE "WebhookDay" IN ACCESS EXCLUSIVE MODE`;
      locked.resolve(undefined);
      await held.promise;
    },
    { timeout: 60_000 },
  );
  await locked.promise;
  return () => {
    held.resolve(undefined);
    return holding;
  };
}
export const waitsForTheInbox = () =>
  eventually(async () => {
    const waiting = await db.$queryRaw`SELECT 1 FROM pg_locks WHERE NOT granted`;
    expect(waiting).toHaveLength(1);
  });
