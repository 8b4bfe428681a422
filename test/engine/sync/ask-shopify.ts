// A process that asks one shop's Admin API for so many dear documents at once, and says how many answers were refusals.
// Arguments: the shop's domain, the number of documents.
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { closeDb } from "../../../app/db.server.ts";
import { accessToken, API_VERSION } from "../../../app/shopify/access-token.server.ts";
import { adminApi } from "../../../app/shopify/admin-api.ts";

const [shop = "", times = "1"] = process.argv.slice(2);
/** Every count costs ten points, whatever it finds. */
const fields = Array.from({ length: 90 }, (_, index) => `a${index}: ordersCount { count }`);
const document = `query Dear { ${fields.join(" ")} }`;

let throttled = 0;
const routed = globalThis.fetch;
globalThis.fetch = async (input, init) => {
  const response = await routed(input, init);
  if ((await response.clone().text()).includes('"THROTTLED"')) throttled += 1;
  return response;
};
const { request } = adminApi({
  shop,
  apiVersion: API_VERSION,
  token: (options) => accessToken(shop, options),
  wait: (milliseconds) => sleep(milliseconds),
});
await Promise.all(Array.from({ length: Number(times) }, () => request(document, {}, z.looseObject({}))));
await closeDb();
process.stdout.write(`${JSON.stringify({ answered: Number(times), throttled })}\n`);
