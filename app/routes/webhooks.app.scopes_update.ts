import type { ActionFunctionArgs } from "@remix-run/node";
import { z } from "zod";
import { scopesChanged } from "../jobs/install.server.ts";
import { orTryAgain } from "../respond.server.ts";
import { verifyWebhook } from "../webhook.server.ts";

const scopesUpdate = z.object({ current: z.array(z.string()) });

/** app/scopes_update */
export async function action({ request }: ActionFunctionArgs) {
  const { shop, payload } = await verifyWebhook(request);
  const { current } = scopesUpdate.parse(payload);
  return orTryAgain(async () => {
    await scopesChanged(shop, current);
    return new Response();
  });
}
