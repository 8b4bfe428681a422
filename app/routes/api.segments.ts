// GET /api/segments: every way of grouping customers, with its segments and how many are in each, for whoever holds a session token.
import { apiRoute } from "../http/api.server.ts";
import { ShopNotReady } from "../errors.ts";
import { knownParameters, localeIn, SEGMENTS } from "../reports/parameters.ts";
import { segmentSizes } from "../reports/segment-library.server.ts";
import { reportedShop } from "../reports/shop.server.ts";
import { readLocale } from "../reports/wording.server.ts";
import { tokenRequest } from "../http/respond.server.ts";
import { warehouse } from "../process/runtime.server.ts";
import { authenticate } from "../shopify.server.ts";
import { inOneView } from "../warehouse/view.ts";

const route = apiRoute(async (request) => {
  const { session } = await authenticate.admin(tokenRequest(request));
  const params = knownParameters(request, SEGMENTS);
  return inOneView((await warehouse()).of(session.shop), async (view) => {
    const shop = reportedShop(view, { locale: readLocale(localeIn(params)), now: new Date() });
    if (shop === null) throw new ShopNotReady(session.shop);
    return segmentSizes(shop, params);
  });
});
export const loader = route.loader;
export const action = route.action;
