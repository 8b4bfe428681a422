import type { ActionFunctionArgs } from "@remix-run/node";
import { takeIn } from "../webhooks/webhooks.server.ts";

/** inventory_items/*, inventory_levels/* */
export function action({ request }: ActionFunctionArgs): Promise<Response> {
  return takeIn(request);
}
