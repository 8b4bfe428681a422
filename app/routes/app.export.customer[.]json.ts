// A customer's data as a file, for a request that Shopify passed on to this shop.
import type { LoaderFunctionArgs } from "@remix-run/node";
import { db } from "../db.server.ts";
import { NotFound } from "../errors.ts";
import { heldOn, markDownloaded, openDataRequest } from "../privacy/requests.server.ts";
import { customerFile } from "../reports/customer-file.server.ts";
import { knownParameters } from "../reports/parameters.ts";
import { reportedShop } from "../reports/shop.server.ts";
import { orRefuse } from "../respond.server.ts";
import { warehouse } from "../runtime.server.ts";
import { authenticate } from "../shopify.server.ts";

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const { shop } = session;
  return orRefuse(async () => {
    const now = new Date();
    const id = knownParameters(request, { single: ["request", "locale"] }).get("request") ?? "";
    const asked = await openDataRequest(db, shop, id, now);
    if (asked === null || asked.customerId === null)
      throw new NotFound("There is no such request. Requests are kept for 30 days.");
    const file = await customerFile(
      await reportedShop(await warehouse(), shop, { locale: "en", now }),
      shop,
      {
        customerId: Number(asked.customerId),
        orderIds: asked.orderIds.map(Number),
        number: asked.number === null ? null : String(asked.number),
        receivedAt: asked.receivedAt,
      },
      await heldOn(db, shop, asked.customerId),
      now,
    );
    await markDownloaded(db, asked, now);
    return new Response(`${JSON.stringify(file, null, 2)}\n`, {
      headers: {
        "Content-Type": "application/json; charset=utf-8",
        "Content-Disposition": `attachment; filename="customer-${asked.customerId}.json"`,
        "Cache-Control": "no-store",
      },
    });
  });
}
