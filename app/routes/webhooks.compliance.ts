import type { ActionFunctionArgs } from "@remix-run/node";
import { takeInCompliance } from "../jobs/compliance.server.ts";
import { orTryAgain } from "../respond.server.ts";

/** customers/data_request, customers/redact, shop/redact */
export function action({ request }: ActionFunctionArgs): Promise<Response> {
  return orTryAgain(() => takeInCompliance(request));
}
