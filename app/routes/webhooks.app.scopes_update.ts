import type { ActionFunctionArgs } from "@remix-run/node";
import { z } from "zod";
import { scopesChanged } from "../jobs/install.server.ts";
import { orTryAgain } from "../respond.server.ts";
import { verifyWebhook } from "../webhook.server.ts";

const scopesUpdate = z.object({ current: z.array(z.string()) });

/** app/scopes_update */
export async function action({ request }: ActionFunctionArgs) {
  const { shop, payload } = await verifyWebhook(request);
  const update = scopesUpdate.safeParse(payload);
  if (!update.success)
    throw new Response("the scopes are missing", { status: 400, statusText: "Bad Request" });
  return orTryAgain(async () => {
    await scopesChanged(shop, update.data.current);
    return new Response();
  });
}
