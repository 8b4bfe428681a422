// GET /api/kpis: every KPI of the shop and its segments as JSON, for whoever holds a session token.
import { apiRoute } from "../http/api.server.ts";
import { kpiAnswer } from "../reports/kpi-answer.server.ts";
import { QUESTION } from "../reports/parameters.ts";
import { answerOf } from "../page.server.ts";
import { tokenRequest } from "../http/respond.server.ts";
import { authenticate } from "../shopify.server.ts";

const route = apiRoute(async (request) => {
  const { session } = await authenticate.admin(tokenRequest(request));
  return answerOf(request, session.shop, QUESTION, kpiAnswer);
});
export const loader = route.loader;
export const action = route.action;
