// Names the address of a page for everybody of the shop, or takes such a name away.
import type { ActionFunctionArgs } from "@remix-run/node";
import { z } from "zod";
import { formOf } from "../http/body.server.ts";
import { userState } from "../reports/choices.server.ts";
import { BadInput } from "../errors.ts";
import { removeView, saveView } from "../reports/saved-views.server.ts";
import { readLocale } from "../reports/wording.server.ts";
import { orRefuse } from "../http/respond.server.ts";
import { authenticate } from "../shopify.server.ts";
import { say } from "../words/words.server.ts";

const asked = z.discriminatedUnion("intent", [
  z.object({ intent: z.literal("save"), name: z.string(), address: z.string() }),
  z.object({ intent: z.literal("remove"), id: z.uuid() }),
]);

export async function action({ request }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const at = { locale: readLocale(new URL(request.url).searchParams.get("locale")) };
  const form = asked.safeParse(await formOf(request));
  return orRefuse(async () => {
    if (!form.success)
      throw new BadInput("Expected an intent: save with a name and an address, or remove with an id.");
    if (form.data.intent === "remove") {
      const removed = await removeView(session.shop, form.data.id);
      return { message: say(at, removed ? "savedViews.removed" : "savedViews.gone"), problem: null };
    }
    const user = await userState(request, session.shop, new Date());
    try {
      await saveView(session.shop, user, form.data, at);
    } catch (error) {
      // The field says what is wrong with it, and keeps what was typed.
      if (error instanceof BadInput) return { message: null, problem: error.message };
      throw error;
    }
    return { message: say(at, "savedViews.saved"), problem: null };
  }, at);
}
