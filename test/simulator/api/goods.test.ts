// Products, abandoned checkouts and the subscriptions that an app makes by the Admin API, as Shopify would serve them.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { World } from "./world.ts";
import { ALL_SCOPES, rowsOf, startWorld } from "./world.ts";

let world: World;
let ids: { mug: number; tea: number; old: number; recovered: number; young: number };

beforeAll(async () => {
  world = await startWorld();
  const { shop } = world;
  const at = "2026-01-01T09:00:00Z";
  const mug = shop.addVariant({ at, title: "Mug", price: 1000, product: { vendor: "Mill", type: "Ware" } });
  const tea = shop.addVariant({ at: "2026-02-01T09:00:00Z", title: "Tea", price: 550 });
  const lines = [{ variantId: mug.id, quantity: 2 }];
  const old = shop.leaveCheckout({ at: "2026-02-02T10:00:00Z", lines, shippingCountry: "DE", shipping: 490 });
  const ada = shop.createCustomer({ at, country: "DE" });
  const recovered = shop.leaveCheckout({ at: "2026-06-01T10:00:00Z", lines, customerId: ada.id });
  shop.recoverCheckout(recovered.id, "2026-06-02T10:00:00Z");
  const young = shop.leaveCheckout({ at: "2026-06-15T11:55:00Z", lines });
  ids = {
    mug: mug.productId,
    tea: tea.productId,
    old: old.id,
    recovered: recovered.id,
    young: young.id,
  };
});
afterAll(() => world.stop());

const idsOf = async (field: string, query: string): Promise<number[]> => {
  const { data, errors } = await world.graphql(
    `query L($query: String) { ${field}(first: 50, query: $query) { nodes { id } } }`,
    { query },
  );
  if (data === null) throw new Error(JSON.stringify(errors));
  const { nodes } = data[field] as { nodes: { id: string }[] };
  return nodes.map(({ id }) => Number(id.split("/").at(-1)));
};

describe("products", () => {
  test("are found by what Shopify documents, with their variants", async () => {
    expect(await idsOf("products", "")).toEqual([ids.mug, ids.tea]);
    expect(await idsOf("products", "updated_at:>='2026-01-15T00:00:00Z'")).toEqual([ids.tea]);
    expect(await idsOf("products", "vendor:mill")).toEqual([ids.mug]);
    const { data } = await world.graphql(
      "query P($id: ID!) { node(id: $id) { ... on Product { title productType status variants(first: 5) { nodes { price inventoryItem { tracked } } } } } }",
      { id: `gid://shopify/Product/${ids.mug}` },
    );
    expect(data).toEqual({
      node: {
        title: "Mug",
        productType: "Ware",
        status: "ACTIVE",
        variants: { nodes: [{ price: "10.0", inventoryItem: { tracked: true } }] },
      },
    });
  });
});

describe("abandoned checkouts", () => {
  test("are those left for ten minutes, the recovered among them", async () => {
    expect(await idsOf("abandonedCheckouts", "")).toEqual([ids.old, ids.recovered]);
    expect(await idsOf("abandonedCheckouts", "recovery_state:recovered")).toEqual([ids.recovered]);
    expect(await idsOf("abandonedCheckouts", "updated_at:>='2026-06-02T10:00:00Z'")).toEqual([ids.recovered]);
    world.setNow(new Date("2026-06-15T12:10:00Z"));
    expect(await idsOf("abandonedCheckouts", "")).toContain(ids.young);
  });

  test("have no sort by change, and a key that is not documented is told", async () => {
    const { errors } = await world.graphql(
      "{ abandonedCheckouts(first: 1, sortKey: UPDATED_AT) { nodes { id } } }",
    );
    expect(errors?.length).toBeGreaterThan(0);
    const { extensions } = await world.graphql(
      '{ abandonedCheckouts(first: 1, query: "customer_id:1") { nodes { id } } }',
    );
    expect(extensions.search?.[0]?.warnings).toMatchObject([{ field: "customer_id", code: "invalid_field" }]);
  });

  test("come by bulk operations with their lines", async () => {
    const { url } = await world.bulk(
      "{ abandonedCheckouts { edges { node { __typename id totalPriceSet { shopMoney { amount } } lineItems { edges { node { __typename id quantity } } } } } } }",
    );
    const rows = await rowsOf(url);
    expect(rows.filter((row) => row["__typename"] === "AbandonedCheckout")).toHaveLength(3);
    expect(rows).toContainEqual({
      __typename: "AbandonedCheckout",
      id: `gid://shopify/AbandonedCheckout/${ids.old}`,
      totalPriceSet: { shopMoney: { amount: "24.9" } },
    });
    expect(rows.filter((row) => "quantity" in row)).toHaveLength(3);
  });

  test("go on a Monday when they are old, unless they came to an order; their webhooks name none", async () => {
    const sent: { topic: string; payload: Record<string, unknown> }[] = [];
    world.shop.onEvent = (event) => void sent.push(event);
    expect(() => world.shop.removeOldCheckouts("2026-06-16T03:00:00Z")).toThrow(/Monday/);
    expect(world.shop.removeOldCheckouts("2026-06-15T03:00:00Z")).toEqual([ids.old]);
    expect(sent).toEqual([]);
    world.shop.changeCheckout(ids.young, { shipping: 100 });
    expect(sent.map(({ topic }) => topic)).toEqual(["checkouts/update"]);
    expect(sent[0]?.payload).not.toHaveProperty("id");
    expect(sent[0]?.payload).toHaveProperty("updated_at");
  });
});

describe("subscriptions made by the Admin API", () => {
  const CREATE = `mutation C($topic: WebhookSubscriptionTopic!, $subscription: WebhookSubscriptionInput!) {
    webhookSubscriptionCreate(topic: $topic, webhookSubscription: $subscription) {
      webhookSubscription { id topic uri includeFields } userErrors { field message }
    }
  }`;
  const create = async (topic: string, uri = "https://app.example.com/hooks") => {
    const { data } = await world.graphql(CREATE, { topic, subscription: { uri, includeFields: ["id"] } });
    return data?.["webhookSubscriptionCreate"] as {
      webhookSubscription: { id: string } | null;
      userErrors: { message: string }[];
    };
  };

  test("are listed, taken once, and ended", async () => {
    const made = await create("PRODUCTS_UPDATE");
    expect(made).toMatchObject({
      webhookSubscription: { topic: "PRODUCTS_UPDATE", includeFields: ["id"] },
      userErrors: [],
    });
    expect((await create("PRODUCTS_UPDATE")).userErrors).toHaveLength(1);
    expect((await create("PRODUCTS_DELETE", "ftp://app.example.com")).userErrors).toHaveLength(1);
    const { data } = await world.graphql(
      "mutation D($id: ID!) { webhookSubscriptionDelete(id: $id) { deletedWebhookSubscriptionId userErrors { message } } }",
      { id: made.webhookSubscription?.id },
    );
    expect(data).toMatchObject({
      webhookSubscriptionDelete: {
        deletedWebhookSubscriptionId: made.webhookSubscription?.id,
        userErrors: [],
      },
    });
    const list = await world.graphql("{ webhookSubscriptions(first: 5) { nodes { id } } }");
    expect(list.data).toEqual({ webhookSubscriptions: { nodes: [] } });
  });

  test("need the scope of their topic, and go with it", async () => {
    expect((await create("INVENTORY_LEVELS_UPDATE")).userErrors).toHaveLength(1);
    world.shopify.setScopes(world.shop.domain, [...ALL_SCOPES, "read_inventory"]);
    expect((await create("INVENTORY_LEVELS_UPDATE")).userErrors).toEqual([]);
    const heard = () =>
      world.shopify.webhooks.subscriptions(world.shop.domain, "inventory_levels/update").length;
    expect(heard()).toBe(1);
    world.shopify.setScopes(world.shop.domain, ALL_SCOPES);
    expect(heard()).toBe(0);
  });
});
