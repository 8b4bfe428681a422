// GET /api/why: why a KPI moved, as parts that add up to its change, for whoever holds a session token.
import { calendarOf } from "../calendar/calendar.server.ts";
import { apiRoute } from "../http/api.server.ts";
import { ShopNotReady } from "../errors.ts";
import { whyAnswer } from "../reports/why-answer.server.ts";
import { knownParameters, localeIn, WHY } from "../reports/parameters.ts";
import { reportedShop } from "../reports/shop.server.ts";
import { readLocale } from "../reports/wording.server.ts";
import { tokenRequest } from "../http/respond.server.ts";
import { warehouse } from "../process/runtime.server.ts";
import { authenticate } from "../shopify.server.ts";
import { inOneView } from "../warehouse/view.ts";

const route = apiRoute(async (request) => {
  const { session } = await authenticate.admin(tokenRequest(request));
  const params = knownParameters(request, WHY);
  const calendar = await calendarOf(session.shop);
  return inOneView((await warehouse()).of(session.shop), async (view) => {
    const shop = reportedShop(view, { locale: readLocale(localeIn(params)), now: new Date(), calendar });
    if (shop === null) throw new ShopNotReady(session.shop);
    return whyAnswer(shop, params);
  });
});
export const loader = route.loader;
export const action = route.action;
