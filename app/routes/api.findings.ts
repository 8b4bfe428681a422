// GET /api/findings: what changed in a week, and which days stand out, beyond chance, for whoever holds a session token.
import { apiRoute } from "../http/api.server.ts";
import { daysIn, keptDays, keptWeeks } from "../findings/findings.server.ts";
import { answerOf } from "../page.server.ts";
import { findingsAnswer, weekIn, weekOf } from "../reports/findings.server.ts";
import { FINDINGS } from "../reports/parameters.ts";
import { tokenRequest } from "../http/respond.server.ts";
import { authenticate } from "../shopify.server.ts";

const route = apiRoute(async (request) => {
  const { session } = await authenticate.admin(tokenRequest(request));
  return answerOf(request, session.shop, FINDINGS, async (shop, params) => {
    const week = weekIn(params);
    const [[kept], looked] = await Promise.all([
      keptWeeks(session.shop, { ...(week === null ? {} : { week }), take: 1 }),
      keptDays(session.shop),
    ]);
    const days = week === null ? (looked?.days ?? []) : await daysIn(session.shop, weekOf(week));
    return findingsAnswer(shop, week, kept, { days, looked });
  });
});
export const loader = route.loader;
export const action = route.action;
