// GET /api/findings: what changed in a week and is unlikely to be chance, for whoever holds a session token.
import { apiRoute } from "../http/api.server.ts";
import { ShopNotReady } from "../errors.ts";
import { keptWeeks } from "../findings/findings.server.ts";
import { findingsAnswer, weekIn } from "../reports/findings.server.ts";
import { FINDINGS, knownParameters, localeIn } from "../reports/parameters.ts";
import { reportedShop } from "../reports/shop.server.ts";
import { readLocale } from "../reports/wording.server.ts";
import { tokenRequest } from "../http/respond.server.ts";
import { warehouse } from "../process/runtime.server.ts";
import { authenticate } from "../shopify.server.ts";
import { inOneView } from "../warehouse/view.ts";

const route = apiRoute(async (request) => {
  const { session } = await authenticate.admin(tokenRequest(request));
  const params = knownParameters(request, FINDINGS);
  const week = weekIn(params);
  return inOneView((await warehouse()).of(session.shop), async (view) => {
    const shop = reportedShop(view, { locale: readLocale(localeIn(params)), now: new Date() });
    if (shop === null) throw new ShopNotReady(session.shop);
    const [kept] = await keptWeeks(session.shop, { ...(week === null ? {} : { week }), take: 1 });
    return findingsAnswer(shop, week, kept);
  });
});
export const loader = route.loader;
export const action = route.action;
