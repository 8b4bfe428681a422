// GET /api/segments: every way of grouping customers, with its segments and how many are in each, for whoever holds a session token.
import { apiRoute } from "../http/api.server.ts";
import { tokenRequest } from "../http/respond.server.ts";
import { answerOf } from "../page.server.ts";
import { SEGMENTS } from "../reports/parameters.ts";
import { segmentSizes } from "../reports/segment-library.server.ts";
import { authenticate } from "../shopify.server.ts";

const route = apiRoute(async (request) => {
  const { session } = await authenticate.admin(tokenRequest(request));
  return answerOf(request, session.shop, SEGMENTS, segmentSizes);
});
export const loader = route.loader;
export const action = route.action;
