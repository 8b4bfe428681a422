// Since when Shopify leaves what a shop's jobs ask without an answer, so that pages can say so while a job still tries: its
// failure comes minutes later.
import type { PrismaClient, Shop } from "../../../prisma/generated/client.ts";
import { log } from "../../log.server.ts";
import type { Hearing } from "../../shopify/admin-api.ts";
import { answered, unanswered } from "./shop-row.ts";

/** Tries that fail in a row are noted at most so often; another job's answer may have ended the note meanwhile. */
const NOTED_EVERY_MS = 2_000;
/** One try that fails, and the next one's answer, are nobody's concern. */
const SAID_AFTER_MS = 3_000;

/** For one job: its first answer ends what an earlier one noted. What cannot be noted now does not end the job. */
export function hearingFor(db: PrismaClient, shop: string): Hearing {
  let notedAt = -Infinity;
  let isAnswered = false;
  const orSay = (work: Promise<unknown>) =>
    work.then(
      () => undefined,
      (error: unknown) => log.warn({ shop, err: error }, "whether Shopify answers could not be noted"),
    );
  return {
    async unanswered(since) {
      isAnswered = false;
      if (Date.now() - notedAt < NOTED_EVERY_MS) return;
      notedAt = Date.now();
      await orSay(unanswered(db, shop, since));
    },
    async answered() {
      if (isAnswered) return;
      isAnswered = true;
      notedAt = -Infinity;
      await orSay(answered(db, shop));
    },
  };
}

/** Null while Shopify answers, or has not for a moment only. */
export const silentSince = ({ unansweredSince: since }: Shop, now: Date): Date | null =>
  since !== null && now.getTime() - since.getTime() >= SAID_AFTER_MS ? since : null;
