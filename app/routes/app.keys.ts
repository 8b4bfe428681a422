// Turns keyboard shortcuts on or off, for the member of staff who asks.
import type { ActionFunctionArgs } from "@remix-run/node";
import { z } from "zod";
import { formOf } from "../http/body.server.ts";
import { keepChoice, userState } from "../reports/choices.server.ts";
import { BadInput } from "../errors.ts";
import { orRefuse } from "../http/respond.server.ts";
import { authenticate } from "../shopify.server.ts";

const asked = z.object({ on: z.enum(["0", "1"]) });

export async function action({ request }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const form = asked.safeParse(await formOf(request));
  return orRefuse(async () => {
    if (!form.success) throw new BadInput('Expected "on" to be 0 or 1.');
    const on = form.data.on === "1";
    const user = await userState(request, session.shop, new Date());
    await keepChoice(session.shop, user, "keys", on ? "on" : "off");
    return { on };
  });
}
