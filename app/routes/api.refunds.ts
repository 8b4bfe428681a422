// GET /api/refunds: what was given back month by month, by the day given back and by the day sold, for whoever holds a session token.
import { apiRoute } from "../http/api.server.ts";
import { answerOf } from "../page.server.ts";
import { tokenRequest } from "../http/respond.server.ts";
import { REFUNDS } from "../reports/parameters.ts";
import { refundsAnswer } from "../reports/refunds-answer.server.ts";
import { authenticate } from "../shopify.server.ts";

const route = apiRoute(async (request) => {
  const { session } = await authenticate.admin(tokenRequest(request));
  return answerOf(request, session.shop, REFUNDS, refundsAnswer);
});
export const loader = route.loader;
export const action = route.action;
