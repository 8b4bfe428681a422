// The customers of a flow between two groups as a file.
import type { LoaderFunctionArgs } from "@remix-run/node";
import { calendarOf } from "../calendar/calendar.server.ts";
import { ShopNotReady } from "../errors.ts";
import { orRefuse } from "../http/respond.server.ts";
import { noteAccess } from "../privacy/access.server.ts";
import { warehouse } from "../process/runtime.server.ts";
import { flowCsv } from "../reports/files/flow-file.server.ts";
import { FLOW_FILE, knownParameters, localeIn } from "../reports/parameters.ts";
import { reportedShop } from "../reports/shop.server.ts";
import { authenticate } from "../shopify.server.ts";

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  return orRefuse(async () => {
    const params = knownParameters(request, FLOW_FILE);
    const at = { locale: localeIn(params), now: new Date(), calendar: await calendarOf(session.shop) };
    const shop = reportedShop(await (await warehouse()).of(session.shop).view(), at);
    if (shop === null) throw new ShopNotReady(session.shop);
    const file = await flowCsv(shop, params);
    const what = ["segmentation", "was", "becomes"].map((name) => params.get(name) ?? "").join(" ");
    await noteAccess(request, { shop: session.shop, kind: "members_file", what: what.trim() });
    return file;
  });
}
