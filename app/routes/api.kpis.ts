// GET /api/kpis: every KPI of the shop and its segments as JSON, for whoever holds a session token.
import { apiRoute } from "../api.server.ts";
import { ShopNotReady } from "../errors.ts";
import { kpiAnswer } from "../reports/kpi-answer.server.ts";
import { knownParameters, QUESTION } from "../reports/parameters.ts";
import { inItsCurrency, reportedShop } from "../reports/shop.server.ts";
import { tokenRequest } from "../respond.server.ts";
import { warehouse } from "../runtime.server.ts";
import { authenticate } from "../shopify.server.ts";

const route = apiRoute(async (request) => {
  const { session } = await authenticate.admin(tokenRequest(request));
  const params = knownParameters(request, QUESTION);
  const shop = await reportedShop(await warehouse(), session.shop, { locale: "en", now: new Date() });
  if (shop === null) throw new ShopNotReady(session.shop);
  return inItsCurrency(shop, kpiAnswer(shop, params));
});
export const loader = route.loader;
export const action = route.action;
