// GET /api/cohorts: a KPI of cohorts by age, for whoever holds a session token.
import { apiRoute } from "../http/api.server.ts";
import { cohortsAnswer } from "../reports/cohorts-answer.server.ts";
import { COHORTS } from "../reports/parameters.ts";
import { answerOf } from "../page.server.ts";
import { tokenRequest } from "../http/respond.server.ts";
import { authenticate } from "../shopify.server.ts";

const route = apiRoute(async (request) => {
  const { session } = await authenticate.admin(tokenRequest(request));
  return answerOf(request, session.shop, COHORTS, cohortsAnswer);
});
export const loader = route.loader;
export const action = route.action;
