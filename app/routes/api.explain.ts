// GET /api/explain: how one figure came about, with its own numbers, for whoever holds a session token.
import { apiRoute } from "../http/api.server.ts";
import { explainAnswer } from "../reports/explain-answer.server.ts";
import { EXPLAIN } from "../reports/parameters.ts";
import { scripted } from "../reports/scripted.server.ts";
import { tokenRequest } from "../http/respond.server.ts";
import { warehouse } from "../process/runtime.server.ts";
import { authenticate } from "../shopify.server.ts";

const route = apiRoute(async (request) => {
  const { session } = await authenticate.admin(tokenRequest(request));
  return scripted(request, (await warehouse()).of(session.shop), EXPLAIN, explainAnswer);
});
export const loader = route.loader;
export const action = route.action;
