// GET /api/movement: who moved between the segments of two days, for whoever holds a session token.
import { apiRoute } from "../http/api.server.ts";
import { tokenRequest } from "../http/respond.server.ts";
import { answerOf } from "../page.server.ts";
import { movementAnswer } from "../reports/movement-answer.server.ts";
import { MOVEMENT } from "../reports/parameters.ts";
import { authenticate } from "../shopify.server.ts";

const route = apiRoute(async (request) => {
  const { session } = await authenticate.admin(tokenRequest(request));
  return answerOf(request, session.shop, MOVEMENT, movementAnswer);
});
export const loader = route.loader;
export const action = route.action;
