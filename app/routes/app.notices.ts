// Puts a notice away, for the member of staff who asks.
import type { ActionFunctionArgs } from "@remix-run/node";
import { z } from "zod";
import { formOf } from "../http/body.server.ts";
import { dismiss, userState } from "../reports/choices.server.ts";
import { BadInput } from "../errors.ts";
import { orRefuse } from "../http/respond.server.ts";
import { authenticate } from "../shopify.server.ts";

const asked = z.object({ id: z.string().min(1).max(200) });

export async function action({ request }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const form = asked.safeParse(await formOf(request));
  return orRefuse(async () => {
    if (!form.success) throw new BadInput("Expected the id of a notice.");
    await dismiss(session.shop, await userState(request, session.shop, new Date()), form.data.id);
    return { id: form.data.id };
  });
}
