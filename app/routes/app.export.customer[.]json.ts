// A customer's data as a file, for a request that Shopify passed on to this shop.
import type { LoaderFunctionArgs } from "@remix-run/node";
import { calendarOf } from "../calendar/calendar.server.ts";
import { NotFound } from "../errors.ts";
import { noteAccess } from "../privacy/access.server.ts";
import { heldOn, markDownloaded, openDataRequest } from "../privacy/requests.server.ts";
import { customerFile } from "../reports/files/customer-file.server.ts";
import { knownParameters } from "../reports/parameters.ts";
import { reportedShop } from "../reports/shop.server.ts";
import { orRefuse } from "../http/respond.server.ts";
import { warehouse } from "../process/runtime.server.ts";
import { authenticate } from "../shopify.server.ts";
import { inOneView } from "../warehouse/view.ts";

/** The file is English, whoever downloads it: it is passed on. */
const READER = { locale: "en" };

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const { shop } = session;
  return orRefuse(async () => {
    const now = new Date();
    const id = knownParameters(request, { single: ["request", "locale"] }).get("request") ?? "";
    const asked = await openDataRequest(shop, id, now);
    if (asked === null || asked.customerId === null)
      throw new NotFound("There is no such request. Requests are kept for 30 days.");
    const about = {
      customerId: Number(asked.customerId),
      orderIds: asked.orderIds.map(Number),
      number: asked.number === null ? null : String(asked.number),
      receivedAt: asked.receivedAt,
    };
    const calendar = await calendarOf(shop);
    const held = await heldOn(shop, asked.customerId);
    const file = await inOneView((await warehouse()).of(shop), (view) =>
      customerFile(reportedShop(view, { ...READER, now, calendar }), shop, about, held, now, READER),
    );
    await noteAccess(request, { shop, kind: "customer_file", what: asked.id });
    await markDownloaded(asked, now);
    return new Response(`${JSON.stringify(file, null, 2)}\n`, {
      headers: {
        "Content-Type": "application/json; charset=utf-8",
        "Content-Disposition": `attachment; filename="customer-${asked.customerId}.json"`,
        "Cache-Control": "no-store",
      },
    });
  });
}
