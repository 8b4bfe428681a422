// The segment table of an address as a file.
import type { LoaderFunctionArgs } from "@remix-run/node";
import { calendarOf } from "../calendar/calendar.server.ts";
import { ShopNotReady } from "../errors.ts";
import { noteAccess } from "../privacy/access.server.ts";
import { readQuery } from "../reports/address.ts";
import { knownParameters, localeIn, TABLE_FILE } from "../reports/parameters.ts";
import { segmentsCsv } from "../reports/files/segment-report.server.ts";
import { reportedShop } from "../reports/shop.server.ts";
import { orRefuse } from "../http/respond.server.ts";
import { warehouse } from "../process/runtime.server.ts";
import { authenticate } from "../shopify.server.ts";
import { inOneView } from "../warehouse/view.ts";

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  return orRefuse(async () => {
    const params = knownParameters(request, TABLE_FILE);
    const at = { locale: localeIn(params), now: new Date(), calendar: await calendarOf(session.shop) };
    const file = await inOneView((await warehouse()).of(session.shop), async (view) => {
      const shop = reportedShop(view, at);
      if (shop === null) throw new ShopNotReady(session.shop);
      // A page says what it shows instead of what it cannot read; a file cannot.
      readQuery(params, shop);
      return segmentsCsv(shop, params);
    });
    const what = params.get("segmentation") ?? "";
    await noteAccess(request, { shop: session.shop, kind: "segments_file", what });
    return file;
  });
}
