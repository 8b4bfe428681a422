// GET /api/findings: what changed in a week and is unlikely to be chance, for whoever holds a session token.
import { apiRoute } from "../http/api.server.ts";
import { keptWeeks } from "../findings/findings.server.ts";
import { answerOf } from "../page.server.ts";
import { findingsAnswer, weekIn } from "../reports/findings.server.ts";
import { FINDINGS } from "../reports/parameters.ts";
import { tokenRequest } from "../http/respond.server.ts";
import { authenticate } from "../shopify.server.ts";

const route = apiRoute(async (request) => {
  const { session } = await authenticate.admin(tokenRequest(request));
  return answerOf(request, session.shop, FINDINGS, async (shop, params) => {
    const week = weekIn(params);
    const [kept] = await keptWeeks(session.shop, { ...(week === null ? {} : { week }), take: 1 });
    return findingsAnswer(shop, week, kept);
  });
});
export const loader = route.loader;
export const action = route.action;
