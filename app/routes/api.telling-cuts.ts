// GET /api/telling-cuts: the ways of grouping that tell most of a change, for whoever holds a session token.
import { apiRoute } from "../http/api.server.ts";
import { tellingAnswer } from "../reports/why-answer.server.ts";
import { WHY } from "../reports/parameters.ts";
import { answerOf } from "../page.server.ts";
import { tokenRequest } from "../http/respond.server.ts";
import { authenticate } from "../shopify.server.ts";

const route = apiRoute(async (request) => {
  const { session } = await authenticate.admin(tokenRequest(request));
  return answerOf(request, session.shop, WHY, tellingAnswer);
});
export const loader = route.loader;
export const action = route.action;
