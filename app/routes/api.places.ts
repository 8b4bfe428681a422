// GET /api/places: the pages, KPIs, groupings and segments that can be gone to by name.
import { apiRoute } from "../http/api.server.ts";
import { tokenRequest } from "../http/respond.server.ts";
import { knownParameters, localeIn, PLACES } from "../reports/parameters.ts";
import { placesOf } from "../reports/places.server.ts";
import { readLocale } from "../reports/wording.server.ts";
import { authenticate } from "../shopify.server.ts";

const route = apiRoute(async (request) => {
  await authenticate.admin(tokenRequest(request));
  return placesOf({ locale: readLocale(localeIn(knownParameters(request, PLACES))) });
});
export const loader = route.loader;
export const action = route.action;
