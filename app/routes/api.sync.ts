// GET /api/sync: how far the copy of the shop is, as figures and, under `status`, in the words of a page.
import { apiRoute } from "../http/api.server.ts";
import { knownParameters, localeIn } from "../reports/parameters.ts";
import { stateInWords, syncStatusView } from "../reports/sync-status.server.ts";
import { tokenRequest } from "../http/respond.server.ts";
import { warehouse } from "../process/runtime.server.ts";
import { authenticate } from "../shopify.server.ts";
import { syncState } from "../sync/sync.server.ts";

const route = apiRoute(async (request) => {
  const { session } = await authenticate.admin(tokenRequest(request));
  const locale = localeIn(knownParameters(request, { single: ["locale"] }));
  const meta = await (await warehouse()).of(session.shop).meta();
  const state = await syncState(session.shop, meta);
  return {
    ...stateInWords(state, { locale }),
    status: syncStatusView(state, meta, { locale, now: new Date() }),
  };
});
export const loader = route.loader;
export const action = route.action;
