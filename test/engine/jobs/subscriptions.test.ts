// Webhooks that need a scope which merchants grant later: of a resource that is declared here and nowhere else, and of stock. Their
// topics are subscribed to in the shops that grant the scope, and forgotten in those that take it back.
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { db } from "../../../app/db.server.ts";
import { env } from "../../../app/env.server.ts";
import { subscribe } from "../../../app/jobs/subscriptions.server.ts";
import { followPlace } from "../../../app/jobs/place.server.ts";
import type { JobName } from "../../../app/queue/contract.ts";
import { products } from "../../../app/sync/resources/products.ts";
import type { Resource } from "../../../app/sync/resources/resource.ts";
import { askedScopes, optionalScopes } from "../../../app/sync/resources/resources.ts";
import { topics, topicsOf } from "../../../app/webhooks/topics.ts";
import { Shop } from "../../shopify/shop.ts";
import { openWorld, type World } from "../sync/world.ts";

const places: Resource = {
  ...products,
  name: "places",
  type: "Location",
  readableWith: "read_locations",
  wishedScopes: [],
  optionalScopes: ["read_locations"],
  schema: z.object({}),
  webhooks: {
    route: "/webhooks/places",
    topics: {
      "locations/update": { ids: ["id"], perShop: "read_locations" },
      "locations/create": { ids: ["id"], perShop: "read_locations" },
    },
    changed: "locations/update",
  },
};
const declared = [...topics, ...topicsOf(places)];

let world: World;
let number = 0;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

async function installed(scopes: readonly string[] = askedScopes): Promise<Shop> {
  const shop = new Shop({ handle: `subscribing-${++number}` });
  await world.install(shop, scopes);
  return shop;
}
/** The merchant grants these; the app is told, and asks Shopify. */
async function grant({ domain }: Shop, scopes: readonly string[]): Promise<JobName[]> {
  world.shopify.setScopes(domain, scopes);
  await db.webhookEvent.create({
    data: { shop: domain, topic: "app/scopes_update", eventId: crypto.randomUUID(), webhookId: "1" },
  });
  const asked: JobName[] = [];
  const enqueue = (name: JobName) => {
    asked.push(name);
    return Promise.resolve();
  };
  await followPlace(domain, { enqueue, signal: new AbortController().signal });
  return asked;
}
const heard = ({ domain }: Shop) =>
  ["locations/update", "locations/create"].flatMap((topic) =>
    world.shopify.webhooks.subscriptions(domain, topic),
  );
const wanted = ["locations/update", "locations/create"].map((topic) => ({
  topic,
  uri: new URL("/webhooks/places", env().SHOPIFY_APP_URL).href,
  includeFields: ["id"],
}));
const more = [...askedScopes, "read_locations"];

it("are not subscribed to at install, and no scope of theirs is asked for", async () => {
  const shop = await installed();
  await subscribe(shop.domain, undefined, declared);
  expect(heard(shop)).toEqual([]);
  expect(askedScopes).not.toContain("read_locations");
  expect(optionalScopes).toContain("read_reports");
});

it("are subscribed to once the scope is granted, once, whatever comes twice", async () => {
  const shop = await installed();
  const other = await installed();
  expect(await grant(shop, more)).toContain("subscribe");
  await subscribe(shop.domain, undefined, declared);
  expect(heard(shop)).toMatchObject(wanted);
  await subscribe(shop.domain, undefined, declared);
  expect(heard(shop)).toHaveLength(2);
  expect(heard(other)).toEqual([]);
});

it("are there again after Shopify gave one up, and none is left that nothing declares", async () => {
  const shop = await installed(more);
  await subscribe(shop.domain, undefined, declared);
  world.shopify.faults.removeSubscription(shop.domain, "locations/update");
  // An earlier release of the app took it in elsewhere.
  world.shopify.webhooks.subscribe(shop.domain, "locations/create", "https://old.example.com/hooks");
  world.shopify.webhooks.subscribe(shop.domain, "variants/in_stock", wanted[0]?.uri ?? "");
  await subscribe(shop.domain, undefined, declared);
  expect(heard(shop)).toHaveLength(2);
  expect(heard(shop)).toEqual(
    expect.arrayContaining(wanted.map((each) => expect.objectContaining(each) as unknown)),
  );
  expect(world.shopify.webhooks.subscriptions(shop.domain, "variants/in_stock")).toEqual([]);
});

it("are forgotten when the scope is taken back", async () => {
  const shop = await installed(more);
  await subscribe(shop.domain, undefined, declared);
  expect(await grant(shop, askedScopes)).toContain("subscribe");
  await subscribe(shop.domain, undefined, declared);
  expect(heard(shop)).toEqual([]);
});

it("are refused without harm where the scope was taken back a moment ago", async () => {
  const shop = await installed(more);
  world.shopify.setScopes(shop.domain, askedScopes);
  await subscribe(shop.domain, undefined, declared);
  expect(heard(shop)).toEqual([]);
});

it("cost a shop nothing while nothing is declared, nor one that has left", async () => {
  const shop = await installed(more);
  await subscribe(shop.domain);
  await db.shop.update({ where: { domain: shop.domain }, data: { uninstalledAt: new Date() } });
  await subscribe(shop.domain, undefined, declared);
  expect(heard(shop)).toEqual([]);
});

it("of stock are those of every shop that lets the app read it, and of no other", async () => {
  const shop = await installed([...askedScopes, "read_inventory"]);
  const other = await installed(more);
  const stock = ["inventory_levels/update", "inventory_levels/connect", "inventory_levels/disconnect"];
  const heardOf = ({ domain }: Shop) =>
    stock.flatMap((topic) => world.shopify.webhooks.subscriptions(domain, topic));
  for (const { domain } of [shop, other]) await subscribe(domain);
  const uri = new URL("/webhooks/inventory", env().SHOPIFY_APP_URL).href;
  expect(heardOf(shop)).toMatchObject(
    stock.map((topic) => ({ topic, uri, includeFields: ["inventory_item_id"] })),
  );
  expect(heardOf(other)).toEqual([]);
});
