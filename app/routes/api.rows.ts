// GET /api/rows: the orders, customers or entries behind one figure, a page at a time, for whoever holds a session token.
import { apiRoute } from "../http/api.server.ts";
import { rowsAnswer } from "../reports/explain-answer.server.ts";
import { ROWS } from "../reports/parameters.ts";
import { answerOf } from "../page.server.ts";
import { tokenRequest } from "../http/respond.server.ts";
import { authenticate } from "../shopify.server.ts";

const route = apiRoute(async (request) => {
  const { session } = await authenticate.admin(tokenRequest(request));
  return answerOf(request, session.shop, ROWS, rowsAnswer);
});
export const loader = route.loader;
export const action = route.action;
