// The simulator from outside, for scripts and browser tests: change a shop, set faults, read what was delivered.
import { z } from "zod";
import type { SimulatedShopify } from "../server.ts";
import type { Shop } from "../shop.ts";

export interface ControlAnswer {
  status: number;
  body: unknown;
}

const object = z.record(z.string(), z.unknown());
const id = z.number().int();

type Change = (shop: Shop, body: Record<string, unknown>) => unknown;

/** The instructions of shop.ts: ids beside the input, which Shop itself checks. */
const CHANGES: Readonly<Record<string, Change>> = {
  placeOrder: (shop, body) => shop.placeOrder(body as unknown as Parameters<Shop["placeOrder"]>[0]),
  importOrder: (shop, body) => shop.importOrder(body as unknown as Parameters<Shop["importOrder"]>[0]),
  editOrder: (shop, { orderId, ...input }) => shop.editOrder(id.parse(orderId), input),
  refund: (shop, { orderId, ...input }) => shop.refund(id.parse(orderId), input),
  returnItems: (shop, { orderId, ...input }) =>
    shop.returnItems(id.parse(orderId), input as unknown as Parameters<Shop["returnItems"]>[1]),
  exchange: (shop, { orderId, ...input }) =>
    shop.exchange(id.parse(orderId), input as unknown as Parameters<Shop["exchange"]>[1]),
  cancelOrder: (shop, { orderId, ...input }) => shop.cancelOrder(id.parse(orderId), input),
  fulfillOrder: (shop, { orderId }) => shop.fulfillOrder(id.parse(orderId)),
  deleteOrder: (shop, { orderId }) => shop.deleteOrder(id.parse(orderId)),
  createCustomer: (shop, body) => shop.createCustomer(body),
  updateCustomer: (shop, { customerId, ...input }) => shop.updateCustomer(id.parse(customerId), input),
  mergeCustomers: (shop, { keptId, mergedId }) => shop.mergeCustomers(id.parse(keptId), id.parse(mergedId)),
  redactCustomer: (shop, { customerId }) => shop.redactCustomer(id.parse(customerId)),
  changeProduct: (shop, { productId, ...change }) => shop.changeProduct(id.parse(productId), change),
  changeVariant: (shop, { variantId, ...change }) => shop.changeVariant(id.parse(variantId), change),
  deleteProduct: (shop, { productId }) => shop.deleteProduct(id.parse(productId)),
  leaveCheckout: (shop, body) => shop.leaveCheckout(body as unknown as Parameters<Shop["leaveCheckout"]>[0]),
  changeCheckout: (shop, { checkoutId, ...change }) => shop.changeCheckout(id.parse(checkoutId), change),
  recoverCheckout: (shop, { checkoutId }) => shop.recoverCheckout(id.parse(checkoutId)),
  deleteCheckout: (shop, { checkoutId }) => shop.deleteCheckout(id.parse(checkoutId)),
  requestCustomerData: (shop, { customerId }) => shop.requestCustomerData(id.parse(customerId)),
  addLocation: (shop, body) => shop.addLocation(z.object({ name: z.string() }).parse(body)),
  setLevel: (shop, { itemId, locationId, quantities }) =>
    shop.setLevel(
      id.parse(itemId),
      id.parse(locationId),
      z.record(z.string(), id).nullable().parse(quantities),
    ),
  setUnitCost: (shop, { variantId, cost }) =>
    shop.setUnitCost(id.parse(variantId), id.nullable().parse(cost)),
  createSegment: (shop, body) =>
    shop.createSegment(z.object({ name: z.string(), query: z.string() }).parse(body)),
  deleteSegment: (shop, { segmentId }) => shop.deleteSegment(id.parse(segmentId)),
};

type Instruction = (simulator: SimulatedShopify, shop: string, body: Record<string, unknown>) => void;
/** Of the simulator as a whole, under `-`. */
type Command = (simulator: SimulatedShopify, body: Record<string, unknown>) => Promise<void> | void;

const share = z.number().min(0).max(1);
const milliseconds = z.number().nonnegative();
const times = z.number().int().positive().optional();
const deliveryRates = z.strictObject({
  lost: share.optional(),
  spared: z.array(z.string()).optional(),
  twice: share.optional(),
  late: share.optional(),
  lateByMs: milliseconds.optional(),
  tampered: share.optional(),
  shuffled: z.number().int().positive().optional(),
});
const chaosRates = deliveryRates.extend({
  throttled: share.optional(),
  tooManyRequests: share.optional(),
  badGateway: share.optional(),
  dropped: share.optional(),
  tokensExpired: share.optional(),
  bulkFailed: share.optional(),
  linkDead: share.optional(),
  downloadBroken: share.optional(),
  holdMs: milliseconds.optional(),
});

const INSTRUCTIONS: Readonly<Record<string, Instruction>> = {
  throttle: ({ faults }, shop, body) => faults.throttle(shop, z.number().parse(body["requests"])),
  slow: ({ faults }, shop, body) => faults.slow(shop, z.number().parse(body["milliseconds"])),
  respond: ({ faults }, shop, body) => {
    const { status, ...given } = z
      .object({
        status: z.number(),
        body: z.string().optional(),
        headers: z.record(z.string(), z.string()).optional(),
        times: z.number().optional(),
      })
      .parse(body);
    faults.respond(shop, status, given);
  },
  close: ({ faults }, shop, body) =>
    faults.close(shop, z.literal([402, 403, 423, null]).parse(body["status"] ?? null)),
  updateSettings: ({ shops }, shop, body) => shops.get(shop)?.updateSettings(body),
  expireTokens: ({ faults }, shop) => faults.expireTokens(shop),
  revokeScope: ({ faults }, shop, body) => faults.revokeScope(shop, z.string().parse(body["scope"])),
  limitHistory: ({ faults }, shop, body) =>
    faults.limitHistory(shop, z.boolean().default(true).parse(body["limited"])),
  failOn: ({ faults }, shop, body) =>
    faults.failOn(shop, id.parse(body["id"]), z.boolean().default(true).parse(body["fails"])),
  failBulk: ({ faults }, shop, body) =>
    faults.failBulk(
      shop,
      z
        .object({
          afterRows: z.number().optional(),
          errorCode: z.enum(["ACCESS_DENIED", "INTERNAL_SERVER_ERROR", "TIMEOUT"]).optional(),
          evenAtEnd: z.boolean().optional(),
        })
        .parse(body),
    ),
  drop: ({ faults }, shop, body) =>
    faults.drop(
      shop,
      z.object({ times, holdMs: milliseconds.optional(), carriedOut: z.boolean().optional() }).parse(body),
    ),
  killLink: ({ faults }, shop, body) =>
    faults.killLink(shop, z.object({ times, status: z.literal([403, 404]).optional() }).parse(body)),
  breakDownload: ({ faults }, shop, body) =>
    faults.breakDownload(shop, z.object({ times, after: share.optional() }).parse(body)),
  deliveries: ({ faults }, shop, body) =>
    faults.deliveries(shop, deliveryRates.extend({ seed: z.number().optional() }).parse(body)),
  outage: ({ faults }, shop, body) => faults.outage(shop, milliseconds.parse(body["milliseconds"])),
  removeSubscription: ({ faults }, shop, body) =>
    faults.removeSubscription(
      shop,
      z.string().parse(body["topic"]),
      z.string().optional().parse(body["uri"]),
    ),
  subscribe: ({ webhooks }, shop, body) => {
    const { topic, uri, ...given } = z
      .object({
        topic: z.string(),
        uri: z.string().startsWith("/"),
        includeFields: z.array(z.string()).optional(),
        name: z.string().optional(),
      })
      .parse(body);
    webhooks.subscribe(shop, topic, uri, given);
  },
  clear: ({ faults }, shop) => faults.clear(shop),
  uninstall: (simulator, shop) => simulator.uninstall(shop),
  redactShop: (simulator, shop) => simulator.redactShop(shop),
  setReports: (simulator, shop, body) =>
    simulator.setReports(
      shop,
      z.strictObject({ approved: z.boolean().optional(), testOrders: z.boolean().optional() }).parse(body),
    ),
  setScopes: (simulator, shop, body) => simulator.setScopes(shop, z.array(z.string()).parse(body["scopes"])),
};

const COMMANDS: Readonly<Record<string, Command>> = {
  chaos: ({ faults }, body) =>
    faults.chaos(z.object({ seed: z.number(), rates: chaosRates.optional() }).parse(body)),
  calm: ({ faults }) => faults.chaos(null),
  hold: ({ webhooks }) => webhooks.hold(),
  resume: ({ webhooks }) => webhooks.resume(),
  advance: ({ webhooks }, body) => webhooks.advance(milliseconds.parse(body["milliseconds"])),
  deliverLate: ({ webhooks }) => webhooks.deliverLate(),
};

/**
 * `/sim`, `/sim/<handle>`, `/sim/<handle>/deliveries` and `/sim/<handle>/injected` tell; `/sim/<handle>/<name>` by POST
 * does. `-` instead of a handle, with which none begins: all shops.
 */
export async function control(
  simulator: SimulatedShopify,
  method: string,
  path: string,
  text: string,
): Promise<ControlAnswer> {
  const [handle, name] = path.split("/").slice(2);
  if (handle === "-") return controlAll(simulator, method, name ?? "", text);
  const shop = handle === undefined ? undefined : simulator.shops.get(`${handle}.myshopify.com`);
  if (handle === undefined || handle === "")
    return { status: 200, body: [...simulator.shops.values()].map(told) };
  if (shop === undefined) return refused(404, `No simulated shop ${handle}.`);
  if (method === "GET") {
    if (name === undefined) return { status: 200, body: told(shop) };
    if (name === "injected") return { status: 200, body: simulator.faults.injected(shop.domain) };
    if (name !== "deliveries") return refused(404, `Nothing to tell about ${name}.`);
    return {
      status: 200,
      body: simulator.webhooks.deliveries.filter((delivery) => delivery.shop === shop.domain),
    };
  }
  const change = CHANGES[name ?? ""];
  const instruction = INSTRUCTIONS[name ?? ""];
  if (change === undefined && instruction === undefined) return refused(404, `No instruction ${name ?? ""}.`);
  try {
    const body = object.parse(text === "" ? {} : JSON.parse(text));
    if (change !== undefined) return { status: 200, body: change(shop, body) ?? null };
    instruction?.(simulator, shop.domain, body);
    return { status: 200, body: null };
  } catch (error) {
    return refused(400, error instanceof Error ? error.message : String(error));
  }
}

async function controlAll(
  simulator: SimulatedShopify,
  method: string,
  name: string,
  text: string,
): Promise<ControlAnswer> {
  if (method === "GET") {
    if (name === "injected") return { status: 200, body: simulator.faults.injected() };
    if (name === "deliveries") return { status: 200, body: simulator.webhooks.deliveries };
    return refused(404, `Nothing to tell about ${name}.`);
  }
  const command = COMMANDS[name];
  if (command === undefined) return refused(404, `No instruction ${name}.`);
  try {
    await command(simulator, object.parse(text === "" ? {} : JSON.parse(text)));
    return { status: 200, body: null };
  } catch (error) {
    return refused(400, error instanceof Error ? error.message : String(error));
  }
}

const refused = (status: number, error: string): ControlAnswer => ({ status, body: { error } });

/** With what a script needs to place an order. */
const told = (shop: Shop): unknown => ({
  handle: shop.handle,
  domain: shop.domain,
  currency: shop.currency,
  orders: shop.orders.size,
  customers: shop.customers.size,
  lastOrderId: [...shop.orders.keys()].at(-1) ?? null,
  lastCustomerId: [...shop.customers.keys()].at(-1) ?? null,
  variants: [...shop.variants.values()].slice(0, 20),
});
