import type { ActionFunctionArgs } from "@remix-run/node";
import { takeIn } from "../webhooks/webhooks.server.ts";

/** Whatever changes a checkout that was left */
export function action({ request }: ActionFunctionArgs): Promise<Response> {
  return takeIn(request);
}
