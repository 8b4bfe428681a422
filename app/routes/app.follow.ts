// Follows a figure of a segment on Home, or does no more, for the member of staff who asks.
import type { ActionFunctionArgs } from "@remix-run/node";
import { z } from "zod";
import { formOf } from "../http/body.server.ts";
import { userState } from "../reports/choices.server.ts";
import { follow } from "../reports/followed.server.ts";
import { BadInput } from "../errors.ts";
import { orRefuse } from "../http/respond.server.ts";
import { authenticate } from "../shopify.server.ts";

const LONGEST = 300;
const asked = z.object({
  kpi: z.string().max(LONGEST),
  within: z.string().max(LONGEST),
  on: z.enum(["0", "1"]),
});

export async function action({ request }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const form = asked.safeParse(await formOf(request));
  return orRefuse(async () => {
    if (!form.success) throw new BadInput('Expected "kpi", "within", and "on" as 0 or 1.');
    const { kpi, within, on } = form.data;
    const user = await userState(request, session.shop, new Date());
    await follow(session.shop, user, { kpi, within, on: on === "1" });
    return { on: on === "1" };
  });
}
