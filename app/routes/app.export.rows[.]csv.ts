// The rows behind a figure as a file.
import type { LoaderFunctionArgs } from "@remix-run/node";
import { calendarOf } from "../calendar/calendar.server.ts";
import { ShopNotReady } from "../errors.ts";
import { noteAccess } from "../privacy/access.server.ts";
import { knownParameters, localeIn, ROWS_FILE } from "../reports/parameters.ts";
import { rowsCsv } from "../reports/files/rows-file.server.ts";
import { reportedShop } from "../reports/shop.server.ts";
import { orRefuse } from "../http/respond.server.ts";
import { warehouse } from "../process/runtime.server.ts";
import { authenticate } from "../shopify.server.ts";

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  return orRefuse(async () => {
    const params = knownParameters(request, ROWS_FILE);
    const at = { locale: localeIn(params), now: new Date(), calendar: await calendarOf(session.shop) };
    const shop = reportedShop(await (await warehouse()).of(session.shop).view(), at);
    if (shop === null) throw new ShopNotReady(session.shop);
    const file = await rowsCsv(shop, params);
    const what = ["kpi", "segmentation", "segment"].map((name) => params.get(name) ?? "").join(" ");
    await noteAccess(request, { shop: session.shop, kind: "rows_file", what: what.trim() });
    return file;
  });
}
