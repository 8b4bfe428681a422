import type { ActionFunctionArgs } from "@remix-run/node";
import { takeIn } from "../webhooks/webhooks.server.ts";

/** segments/*, customer.joined_segment, customer.left_segment */
export function action({ request }: ActionFunctionArgs): Promise<Response> {
  return takeIn(request);
}
