// An address under /api that there is not: told as JSON, whoever asks.
import { apiRoute } from "../http/api.server.ts";
import { NotFound } from "../errors.ts";

const route = apiRoute(async () => {
  throw new NotFound(
    "There is nothing at this address. The API has /api/explain, /api/kpis, /api/refunds, /api/rows, /api/sync, /api/telling-cuts and /api/why.",
  );
});
export const loader = route.loader;
export const action = route.action;
