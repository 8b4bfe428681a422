import type { ActionFunctionArgs } from "@remix-run/node";
import { takeIn } from "../webhooks/webhooks.server.ts";

/** customers/data_request, customers/redact, shop/redact */
export function action({ request }: ActionFunctionArgs): Promise<Response> {
  return takeIn(request);
}
