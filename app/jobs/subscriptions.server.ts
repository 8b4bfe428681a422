// Webhooks whose topics need a scope that a merchant grants later: subscribed to in each shop that grants it, once it does,
// and forgotten when it is taken back. Which they are follows from the topics' declarations.
import { env } from "../env.server.ts";
import { log } from "../log.server.ts";
import { grantedScopes } from "../sync/context.ts";
import { shopRow, subscribeTo } from "../sync/sync.server.ts";
import { type Topic, topics } from "../webhooks/topics.ts";

/** Has the shop's own subscriptions be those that its grant allows. Safe to call again at any time. */
export async function subscribe(
  shop: string,
  signal?: AbortSignal,
  declared: readonly Topic[] = topics,
): Promise<void> {
  const perShop = declared.filter((topic) => topic.perShop !== null);
  const row = perShop.length === 0 ? null : await shopRow(shop);
  if (row === null || row.uninstalledAt !== null) return;
  const scopes = grantedScopes(row.scopes);
  const wanted = perShop.filter(({ perShop: scope }) => scope !== null && scopes.has(scope));
  const { made, ended } = await subscribeTo(
    shop,
    wanted.map(({ topic, route, fields }) => ({
      topic,
      uri: new URL(route, env().SHOPIFY_APP_URL).href,
      fields,
    })),
    signal,
  );
  if (made.length + ended.length > 0) log.info({ shop, made, ended }, "webhooks follow the shop's grant");
}
