// The segment table of an address as a file.
import type { LoaderFunctionArgs } from "@remix-run/node";
import { ShopNotReady } from "../errors.ts";
import { segmentsCsv } from "../reports/segment-report.server.ts";
import { inItsCurrency, reportedShop } from "../reports/shop.server.ts";
import { readLocale } from "../reports/wording.server.ts";
import { orRefuse } from "../respond.server.ts";
import { warehouse } from "../runtime.server.ts";
import { authenticate } from "../shopify.server.ts";

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const params = new URL(request.url).searchParams;
  return orRefuse(async () => {
    const at = { locale: readLocale(params.get("locale")), now: new Date() };
    const shop = await reportedShop(await warehouse(), session.shop, at);
    if (shop === null) throw new ShopNotReady(session.shop);
    return inItsCurrency(shop, segmentsCsv(shop, params));
  });
}
