import type { ActionFunctionArgs } from "@remix-run/node";
import { takeIn } from "../webhooks/webhooks.server.ts";

/** Whatever changes an order */
export function action({ request }: ActionFunctionArgs): Promise<Response> {
  return takeIn(request);
}
