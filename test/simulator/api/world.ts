// A small simulated Shopify for the tests of the simulator itself: one shop by hand, and a client that speaks HTTP.
import type { ShopInput } from "../../shopify/shop.ts";
import { Shop } from "../../shopify/shop.ts";
import type { ShopifyOptions, SimulatedShopify } from "../../shopify/server.ts";
import { startShopify } from "../../shopify/server.ts";

export const CLIENT = { apiKey: "sim-client", apiSecret: "sim-secret" };
export const ALL_SCOPES = [
  "read_orders",
  "read_all_orders",
  "read_customers",
  "read_products",
  "read_returns",
];
export const NOW = new Date("2026-06-15T12:00:00Z");

export interface GraphQLAnswer {
  data: Record<string, unknown> | null;
  errors?: {
    message: string;
    path?: (string | number)[];
    locations?: unknown[];
    extensions: Record<string, unknown>;
  }[];
  extensions: {
    cost: {
      requestedQueryCost: number;
      actualQueryCost: number | null;
      throttleStatus: { maximumAvailable: number; currentlyAvailable: number; restoreRate: number };
    };
    search?: {
      path: string[];
      query: string;
      warnings: { field: string; code: string; message: string }[];
    }[];
  };
}

export interface World {
  shopify: SimulatedShopify;
  shop: Shop;
  token: string;
  setNow: (now: Date) => void;
  exchange: (
    body?: Record<string, unknown>,
    shop?: string,
  ) => Promise<{ status: number; body: Record<string, unknown> }>;
  graphql: (query: string, variables?: Record<string, unknown>) => Promise<GraphQLAnswer>;
  post: (query: string, token: string, shop?: string) => Promise<Response>;
  bulk: (query: string, grouped?: boolean) => Promise<Operation>;
  stop: () => Promise<void>;
}

export interface Operation {
  id: string;
  status: string;
  errorCode: string | null;
  objectCount: string;
  rootObjectCount: string;
  fileSize: string | null;
  url: string | null;
  partialDataUrl: string | null;
}

export const OPERATION_FIELDS =
  "id status errorCode objectCount rootObjectCount fileSize url partialDataUrl createdAt completedAt";

export const RUN_BULK = `mutation Run($query: String!, $grouped: Boolean!) {
  bulkOperationRunQuery(query: $query, groupObjects: $grouped) {
    bulkOperation { ${OPERATION_FIELDS} }
    userErrors { field message code }
  }
}`;

export function newShop(input: Partial<ShopInput> = {}, clock = (): Date => NOW): Shop {
  return new Shop({
    handle: "fixture",
    name: "Fixture",
    currency: "EUR",
    timeZone: "Europe/Berlin",
    createdAt: "2025-01-01T00:00:00Z",
    clock,
    ...input,
  });
}

export async function startWorld(
  options: Partial<ShopifyOptions> & { shop?: Partial<ShopInput> } = {},
): Promise<World> {
  let now = NOW;
  const shopify = await startShopify({
    ...CLIENT,
    scopes: ALL_SCOPES,
    bulkPace: "instant",
    now: () => now,
    ...options,
  });
  const shop = newShop(options.shop, () => now);
  shopify.addShop(shop);

  const exchange: World["exchange"] = async (body = {}, domain = shop.domain) => {
    const response = await fetch(`${shopify.url}/admin/oauth/access_token`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-sim-shop": domain },
      body: JSON.stringify({
        client_id: CLIENT.apiKey,
        client_secret: CLIENT.apiSecret,
        grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
        subject_token: shopify.sessionToken(domain),
        subject_token_type: "urn:ietf:params:oauth:token-type:id_token",
        requested_token_type: "urn:shopify:params:oauth:token-type:offline-access-token",
        expiring: "1",
        ...body,
      }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const token = String((await exchange()).body["access_token"]);

  const send = (body: unknown, accessToken: string, domain: string): Promise<Response> =>
    fetch(`${shopify.url}/admin/api/2026-10/graphql.json`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "x-sim-shop": domain,
        "x-shopify-access-token": accessToken,
      },
      body: JSON.stringify(body),
    });
  const graphql: World["graphql"] = async (query, variables = {}) =>
    (await (await send({ query, variables }, token, shop.domain)).json()) as GraphQLAnswer;

  return {
    shopify,
    shop,
    token,
    setNow: (at) => void (now = at),
    exchange,
    graphql,
    post: (query, accessToken, domain = shop.domain) => send({ query }, accessToken, domain),
    bulk: async (query, grouped = false) => {
      const { data, errors } = await graphql(RUN_BULK, { query, grouped });
      const started = data?.["bulkOperationRunQuery"] as {
        bulkOperation: Operation | null;
        userErrors: unknown[];
      };
      if (!started?.bulkOperation) throw new Error(JSON.stringify(errors ?? started.userErrors));
      return finished(graphql, started.bulkOperation.id);
    },
    stop: () => shopify.stop(),
  };
}

export async function finished(graphql: World["graphql"], id: string): Promise<Operation> {
  const deadline = performance.now() + 30_000;
  for (;;) {
    const { data, errors } = await graphql(
      `query Op($id: ID!) { bulkOperation(id: $id) { ${OPERATION_FIELDS} } }`,
      { id },
    );
    const operation = data?.["bulkOperation"] as Operation | undefined;
    // Whoever asks as fast as it can is throttled now and then.
    const isThrottled = errors?.some(({ extensions }) => extensions?.["code"] === "THROTTLED");
    if (operation === undefined && !isThrottled) throw new Error(JSON.stringify(errors));
    if (operation && !["CREATED", "RUNNING", "CANCELING"].includes(operation.status)) return operation;
    if (performance.now() > deadline) throw new Error(`${id} is still ${operation?.status ?? "unknown"}.`);
  }
}

export async function rowsOf(url: string | null): Promise<Record<string, unknown>[]> {
  if (url === null) return [];
  const text = await (await fetch(url)).text();
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** Two customers and three orders, the second of them returned in part. */
export function stockShop(shop: Shop): { customers: number[]; orders: number[] } {
  const mug = shop.addVariant({ title: "Mug", price: 1000, unitCost: 400 });
  const tea = shop.addVariant({ title: "Tea", price: 550 });
  const ada = shop.createCustomer({ at: "2026-03-01T09:00:00Z", country: "DE", tags: ["vip"] });
  const bo = shop.createCustomer({ at: "2026-04-01T09:00:00Z", country: "AT", emailMarketing: "SUBSCRIBED" });
  const first = shop.placeOrder({
    at: "2026-05-01T10:00:00Z",
    customerId: ada.id,
    lines: [
      { variantId: mug.id, quantity: 2 },
      { variantId: tea.id, quantity: 1 },
    ],
    shipping: 490,
    shippingCountry: "DE",
  });
  const second = shop.placeOrder({
    at: "2026-05-02T10:00:00Z",
    customerId: bo.id,
    lines: [{ variantId: mug.id, quantity: 3 }],
    discount: 300,
    shippingCountry: "AT",
  });
  const third = shop.placeOrder({
    at: "2026-05-03T10:00:00Z",
    customerId: null,
    lines: [{ variantId: tea.id, quantity: 1 }],
    sourceName: "pos",
  });
  const [line] = second.lines;
  if (line)
    shop.refund(second.id, { at: "2026-06-01T08:00:00Z", lines: [{ lineItemId: line.id, quantity: 1 }] });
  return { customers: [ada.id, bo.id], orders: [first.id, second.id, third.id] };
}
