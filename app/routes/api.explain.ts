// GET /api/explain: how one figure came about, with its own numbers, for whoever holds a session token.
import { apiRoute } from "../http/api.server.ts";
import { explainAnswer } from "../reports/explain-answer.server.ts";
import { EXPLAIN } from "../reports/parameters.ts";
import { answerOf } from "../page.server.ts";
import { tokenRequest } from "../http/respond.server.ts";
import { authenticate } from "../shopify.server.ts";

const route = apiRoute(async (request) => {
  const { session } = await authenticate.admin(tokenRequest(request));
  return answerOf(request, session.shop, EXPLAIN, explainAnswer);
});
export const loader = route.loader;
export const action = route.action;
