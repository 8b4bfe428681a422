// GET /api/segment-history: how large each segment was month by month, and one KPI of it, for whoever holds a session token.
import { apiRoute } from "../http/api.server.ts";
import { tokenRequest } from "../http/respond.server.ts";
import { answerOf } from "../page.server.ts";
import { historyAnswer } from "../reports/movement-answer.server.ts";
import { SEGMENT_HISTORY } from "../reports/parameters.ts";
import { authenticate } from "../shopify.server.ts";

const route = apiRoute(async (request) => {
  const { session } = await authenticate.admin(tokenRequest(request));
  return answerOf(request, session.shop, SEGMENT_HISTORY, historyAnswer);
});
export const loader = route.loader;
export const action = route.action;
