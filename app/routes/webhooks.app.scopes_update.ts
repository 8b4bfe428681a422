import type { ActionFunctionArgs } from "@remix-run/node";
import { takeIn } from "../webhooks/webhooks.server.ts";

/** app/scopes_update */
export function action({ request }: ActionFunctionArgs): Promise<Response> {
  return takeIn(request);
}
