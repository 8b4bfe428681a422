// A segment's members as a file.
import type { LoaderFunctionArgs } from "@remix-run/node";
import { BadInput, ShopNotReady } from "../errors.ts";
import { readQuery } from "../reports/address.ts";
import { FILE, knownParameters, localeIn } from "../reports/parameters.ts";
import { membersCsv } from "../reports/segment-report.server.ts";
import { memberSort } from "../reports/segment.server.ts";
import { reportedShop } from "../reports/shop.server.ts";
import { orRefuse } from "../respond.server.ts";
import { warehouse } from "../runtime.server.ts";
import { authenticate } from "../shopify.server.ts";

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  return orRefuse(async () => {
    const params = knownParameters(request, { ...FILE, single: [...FILE.single, "segment"] });
    const at = { locale: localeIn(params), now: new Date() };
    const shop = await reportedShop(await warehouse(), session.shop, at);
    if (shop === null) throw new ShopNotReady(session.shop);
    // A page says what it shows instead of what it cannot read; a file cannot.
    readQuery(params, shop.today);
    const by = (params.get("sort") ?? "").replace(/^-/, "");
    if (by !== "" && memberSort({ by, descending: false }).sort !== by)
      throw new BadInput('"sort" must be one of the file\'s columns net, orders, first_day, last_day.');
    return membersCsv(shop, params);
  });
}
