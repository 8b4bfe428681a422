import type { ActionFunctionArgs } from "@remix-run/node";
import { orderChanged } from "../jobs/webhooks.server.ts";
import { verifyWebhook } from "../shopify.server.ts";

/** orders/create, orders/updated */
export async function action({ request }: ActionFunctionArgs) {
  await orderChanged(await verifyWebhook(request));
  return new Response();
}
