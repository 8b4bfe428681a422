// GET /api/kpis: every KPI of the shop and its segments as JSON, for whoever holds a session token.
import { calendarOf } from "../calendar/calendar.server.ts";
import { apiRoute } from "../http/api.server.ts";
import { ShopNotReady } from "../errors.ts";
import { kpiAnswer } from "../reports/kpi-answer.server.ts";
import { knownParameters, QUESTION } from "../reports/parameters.ts";
import { reportedShop } from "../reports/shop.server.ts";
import { tokenRequest } from "../http/respond.server.ts";
import { warehouse } from "../process/runtime.server.ts";
import { authenticate } from "../shopify.server.ts";
import { inOneView } from "../warehouse/view.ts";

const route = apiRoute(async (request) => {
  const { session } = await authenticate.admin(tokenRequest(request));
  const params = knownParameters(request, QUESTION);
  const calendar = await calendarOf(session.shop);
  return inOneView((await warehouse()).of(session.shop), async (view) => {
    const shop = reportedShop(view, { locale: "en", now: new Date(), calendar });
    if (shop === null) throw new ShopNotReady(session.shop);
    return kpiAnswer(shop, params);
  });
});
export const loader = route.loader;
export const action = route.action;
