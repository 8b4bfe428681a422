// GET /api/kpis: every KPI of the shop and its segments as JSON, for whoever holds a session token.
import type { LoaderFunctionArgs } from "@remix-run/node";
import { ShopNotReady } from "../errors.ts";
import { kpiAnswer } from "../reports/kpi-answer.server.ts";
import { inItsCurrency, reportedShop } from "../reports/shop.server.ts";
import { asJson, tokenRequest } from "../respond.server.ts";
import { warehouse } from "../runtime.server.ts";
import { authenticate } from "../shopify.server.ts";

export function loader({ request }: LoaderFunctionArgs) {
  return asJson(async () => {
    const { session } = await authenticate.admin(tokenRequest(request));
    const shop = await reportedShop(await warehouse(), session.shop, { locale: "en", now: new Date() });
    if (shop === null) throw new ShopNotReady(session.shop);
    return inItsCurrency(shop, kpiAnswer(shop, new URL(request.url).searchParams));
  });
}
