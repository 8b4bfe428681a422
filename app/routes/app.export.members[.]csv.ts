// A segment's members as a file.
import type { LoaderFunctionArgs } from "@remix-run/node";
import { calendarOf } from "../calendar/calendar.server.ts";
import { BadInput, ShopNotReady } from "../errors.ts";
import { noteAccess } from "../privacy/access.server.ts";
import { readQuery } from "../reports/address.ts";
import { CUSTOMERS_FILE, knownParameters, localeIn } from "../reports/parameters.ts";
import { membersCsv } from "../reports/files/segment-report.server.ts";
import { memberSort } from "../reports/segment.server.ts";
import { reportedShop } from "../reports/shop.server.ts";
import { orRefuse } from "../http/respond.server.ts";
import { warehouse } from "../process/runtime.server.ts";
import { authenticate } from "../shopify.server.ts";

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  return orRefuse(async () => {
    const params = knownParameters(request, CUSTOMERS_FILE);
    const at = { locale: localeIn(params), now: new Date(), calendar: await calendarOf(session.shop) };
    const shop = reportedShop(await (await warehouse()).of(session.shop).view(), at);
    if (shop === null) throw new ShopNotReady(session.shop);
    // A page says what it shows instead of what it cannot read; a file cannot.
    readQuery(params, shop);
    const by = (params.get("sort") ?? "").replace(/^-/, "");
    if (by !== "" && memberSort({ by, descending: false }).sort !== by)
      throw new BadInput('"sort" must be one of the file\'s columns net, orders, first_day, last_day.');
    const what = `${params.get("segmentation") ?? ""} ${params.get("segment") ?? ""}`.trim();
    await noteAccess(request, { shop: session.shop, kind: "members_file", what });
    return membersCsv(shop, params);
  });
}
