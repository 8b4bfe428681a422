import type { ActionFunctionArgs } from "@remix-run/node";
import { dropJobs } from "../jobs/queue.server.ts";
import { orTryAgain } from "../respond.server.ts";
import { verifyWebhook } from "../webhook.server.ts";
import { leave } from "../sync/sync.server.ts";

/** app/uninstalled; may come more than once, and late. */
export async function action({ request }: ActionFunctionArgs) {
  const { shop, triggeredAt } = await verifyWebhook(request);
  return orTryAgain(async () => {
    if (await leave(shop, triggeredAt === null ? new Date() : new Date(triggeredAt))) await dropJobs(shop);
    return new Response();
  });
}
