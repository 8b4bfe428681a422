// The segment table of an address as a workbook.
import type { LoaderFunctionArgs } from "@remix-run/node";
import { ShopNotReady } from "../errors.ts";
import { noteAccess } from "../privacy/access.server.ts";
import { readQuery } from "../reports/address.ts";
import { knownParameters, localeIn, WORKBOOK } from "../reports/parameters.ts";
import { segmentsWorkbook } from "../reports/files/segment-report.server.ts";
import { reportedShop } from "../reports/shop.server.ts";
import { orRefuse } from "../http/respond.server.ts";
import { warehouse } from "../process/runtime.server.ts";
import { authenticate } from "../shopify.server.ts";
import { inOneView } from "../warehouse/view.ts";

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  return orRefuse(async () => {
    const params = knownParameters(request, WORKBOOK);
    const at = { locale: localeIn(params), now: new Date() };
    const file = await inOneView((await warehouse()).of(session.shop), async (view) => {
      const shop = reportedShop(view, at);
      if (shop === null) throw new ShopNotReady(session.shop);
      // A page says what it shows instead of what it cannot read; a file cannot.
      readQuery(params, shop.today);
      return segmentsWorkbook(shop, params);
    });
    const what = params.get("segmentation") ?? "";
    await noteAccess(request, { shop: session.shop, kind: "segments_file", what });
    return file;
  });
}
