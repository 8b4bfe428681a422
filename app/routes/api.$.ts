// An address under /api that there is not: told as JSON, whoever asks.
import { apiRoute } from "../http/api.server.ts";
import { NotFound } from "../errors.ts";

/** A test holds them against the files of routes. */
const KNOWN = [
  "/api/cohorts",
  "/api/explain",
  "/api/findings",
  "/api/kpis",
  "/api/movement",
  "/api/places",
  "/api/refunds",
  "/api/rows",
  "/api/segment-history",
  "/api/segments",
  "/api/sync",
  "/api/telling-cuts",
  "/api/why",
];

const route = apiRoute(async () => {
  throw new NotFound(`There is nothing at this address. The API has ${KNOWN.join(", ")}.`);
});
export const loader = route.loader;
export const action = route.action;
