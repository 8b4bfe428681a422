// A process that asks for a shop's access token: arguments are the shop and the token endpoint's address.
import { accessToken } from "../../../app/shopify/access-token.server.ts";
import { routeShopsTo } from "./token-endpoint.ts";

const [shop = "", endpoint = ""] = process.argv.slice(2);
routeShopsTo(endpoint);
const tokens = await Promise.all(Array.from({ length: 20 }, () => accessToken(shop)));
process.stdout.write(`${JSON.stringify([...new Set(tokens)])}\n`);
process.stdin.resume().on("end", () => process.exit(0));
