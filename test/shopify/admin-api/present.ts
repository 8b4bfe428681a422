// Stock, costs, segments and their members as the Admin API shows them: their present, and nothing of what they were.
import { decimalsOf } from "../shop/money.ts";
import type { Level, Location, Quantities, Segment, Variant } from "../model.ts";
import { gid } from "../model.ts";
import { type Connection, listConnection } from "./connections.ts";
import type { Args, Context, Fields, Served } from "./context.ts";
import { badRequest, notSimulated } from "./errors.ts";
import { dateTime } from "./instants.ts";
import type { Money } from "./money.ts";

const MEMBERS_PAGE = 1000;
/** So many members are listed without a query of their own. */
const LISTED_UP_TO = 10_000;
const KNOWN: readonly string[] = [
  "available",
  "on_hand",
  "committed",
  "incoming",
] satisfies (keyof Quantities)[];

const unitCost = ({ unitCost: minor, unitCostCurrency }: Variant, { store }: Context): Money | null => {
  const currency = unitCostCurrency ?? store.shop.currency;
  return minor === null ? null : { minor, currency, decimals: decimalsOf(currency), presentment: currency };
};

const inventoryItem: Fields<Variant> = {
  id: (variant) => gid("InventoryItem", variant.id),
  legacyResourceId: (variant) => String(variant.id),
  sku: (variant) => variant.sku,
  tracked: (variant) => variant.tracked,
  requiresShipping: () => true,
  createdAt: (_variant, _args, { store }) => dateTime(store.shop.createdAt),
  updatedAt: (variant, _args, { store }) => dateTime(variant.updatedAt ?? store.shop.createdAt),
  unitCost: (variant, _args, context) => unitCost(variant, context),
  inventoryLevels: (variant, args, { store }) => {
    if (args["query"] != null) throw notSimulated("InventoryItem.inventoryLevels(query:)");
    return listConnection(store.shop.levelsOf(variant.id), args);
  },
};

const inventoryLevel: Fields<Level> = {
  id: ({ itemId, locationId }) => `${gid("InventoryLevel", locationId)}?inventory_item_id=${itemId}`,
  isActive: () => true,
  updatedAt: (level) => dateTime(level.updatedAt),
  location: (level, _args, { store }) => store.shop.locations.get(level.locationId) ?? null,
  item: (level, _args, { store }) => store.shop.variants.get(level.itemId) ?? null,
  quantities: ({ quantities }, args) =>
    (args["names"] as string[]).map((name) => {
      if (!KNOWN.includes(name)) throw notSimulated(`quantities named ${name}`);
      return { name, quantity: quantities[name as keyof Quantities] };
    }),
};

const inventoryQuantity: Fields<{ name: string; quantity: number }> = {
  name: ({ name }) => name,
  quantity: ({ quantity }) => quantity,
};

const location: Fields<Location> = {
  id: ({ id }) => gid("Location", id),
  legacyResourceId: ({ id }) => String(id),
  name: ({ name }) => name,
  isActive: () => true,
};

const segment: Fields<Segment> = {
  id: ({ id }) => gid("Segment", id),
  name: ({ name }) => name,
  query: ({ query }) => query,
  creationDate: ({ createdAt }) => dateTime(createdAt),
  lastEditDate: ({ editedAt }) => dateTime(editedAt),
};

/** Shopify names a member by the customer's number. */
const member: Fields<number> = { id: (customerId) => gid("CustomerSegmentMember", customerId) };

interface Members {
  total: number;
  connection: Connection;
}

const membersConnection: Fields<Members> = {
  totalCount: ({ total }) => total,
  edges: ({ connection }) => connection.page().edges,
  pageInfo: ({ connection }) => connection.page(),
};

/** A list of members that Shopify works out by and by; what it lists is of its beginning. */
export interface MembersQuery {
  id: number;
  members: readonly number[];
  /** Looks at it so far: it is not done at the first. */
  looks: number;
}

const membersQuery: Fields<MembersQuery> = {
  id: ({ id }) => gid("CustomerSegmentMembersQuery", id),
  done: (query) => query.looks > 0,
  currentCount: ({ looks, members }) => (looks > 0 ? members.length : 0),
};

/** Of each shop. */
const queries = new WeakMap<object, Map<number, MembersQuery>>();
const queriesOf = ({ store }: Context): Map<number, MembersQuery> => {
  const known = queries.get(store.shop) ?? new Map<number, MembersQuery>();
  queries.set(store.shop, known);
  return known;
};

const numberIn = (value: unknown, type: string): number => {
  const [, id] = new RegExp(`^gid://shopify/${type}/(\\d+)$`).exec(String(value)) ?? [];
  if (id === undefined) throw badRequest(`Invalid ${type.toLowerCase()} ID.`);
  return Number(id);
};

const sorted = (members: Iterable<number>): number[] => [...members].sort((a, b) => a - b);

function members(args: Args, context: Context): Members {
  if (args["query"] != null || args["sortKey"] != null)
    throw notSimulated("customerSegmentMembers by a query or sorted");
  if (args["queryId"] != null) {
    const query = queriesOf(context).get(numberIn(args["queryId"], "CustomerSegmentMembersQuery"));
    if (query === undefined || query.looks === 0) throw badRequest("The members query is not done.");
    return { total: query.members.length, connection: listConnection(query.members, args, MEMBERS_PAGE) };
  }
  const found = context.store.shop.segments.get(numberIn(args["segmentId"], "Segment"));
  if (found === undefined) throw badRequest("Invalid segment ID.");
  const all = sorted(found.members);
  return { total: all.length, connection: listConnection(all.slice(0, LISTED_UP_TO), args, MEMBERS_PAGE) };
}

function plain(args: Args, field: string): void {
  if (args["query"] != null) throw notSimulated(`${field}(query:)`);
}

export const presentQueries: Fields<unknown> = {
  inventoryItems: (_source, args, { store }) => {
    plain(args, "inventoryItems");
    return listConnection([...store.shop.variants.values()], args);
  },
  segments: (_source, args, { store }) => {
    plain(args, "segments");
    return listConnection([...store.shop.segments.values()], args);
  },
  customerSegmentMembers: (_source, args, context) => members(args, context),
  customerSegmentMembersQuery: (_source, args, context) => {
    const query = queriesOf(context).get(numberIn(args["id"], "CustomerSegmentMembersQuery"));
    if (query === undefined) return null;
    query.looks += 1;
    return query;
  },
  customerSegmentMembership: (_source, args, { store }) => {
    const customer = numberIn(args["customerId"], "Customer");
    return {
      memberships: (args["segmentIds"] as unknown[]).flatMap((given) => {
        const found = store.shop.segments.get(numberIn(given, "Segment"));
        return found === undefined ? [] : [{ segmentId: given, isMember: found.members.has(customer) }];
      }),
    };
  },
};

export const presentMutations: Fields<unknown> = {
  customerSegmentMembersQueryCreate: (_source, args, context) => {
    const input = args["input"] as Record<string, unknown>;
    if (input["query"] != null) throw notSimulated("customerSegmentMembersQueryCreate by a query");
    const found = context.store.shop.segments.get(numberIn(input["segmentId"], "Segment"));
    if (found === undefined)
      return {
        customerSegmentMembersQuery: null,
        userErrors: [{ field: ["segmentId"], message: "Invalid segment ID.", code: "INVALID" }],
      };
    const known = queriesOf(context);
    const query = { id: known.size + 1, members: sorted(found.members), looks: 0 };
    known.set(query.id, query);
    return { customerSegmentMembersQuery: query, userErrors: [] };
  },
};

export const presentNodes: Readonly<Record<string, (id: number, context: Context) => object | null>> = {
  InventoryItem: (id, { store }) => store.shop.variants.get(id) ?? null,
  Location: (id, { store }) => store.shop.locations.get(id) ?? null,
  Segment: (id, { store }) => store.shop.segments.get(id) ?? null,
};

const as = (value: string | null): string | null => (value === null ? null : dateTime(value));
const consent: Fields<{ state: string; at: string | null }> = {
  state: ({ state }) => state,
  updatedAt: ({ at }) => as(at),
};

export const presentTypes: Served = {
  InventoryItem: inventoryItem,
  InventoryLevel: inventoryLevel,
  InventoryQuantity: inventoryQuantity,
  Location: location,
  Segment: segment,
  CustomerSegmentMember: member,
  CustomerSegmentMemberConnection: membersConnection,
  CustomerSegmentMemberEdge: {
    node: ({ node }: { node: number }) => node,
    cursor: ({ cursor }: { cursor: string }) => cursor,
  },
  CustomerSegmentMembersQuery: membersQuery,
  CustomerSegmentMembersQueryCreatePayload: {
    customerSegmentMembersQuery: (payload: { customerSegmentMembersQuery: unknown }) =>
      payload.customerSegmentMembersQuery,
    userErrors: ({ userErrors }: { userErrors: unknown }) => userErrors,
  },
  CustomerSegmentMembersQueryUserError: {
    field: ({ field }: { field: string[] }) => field,
    message: ({ message }: { message: string }) => message,
    code: ({ code }: { code: string }) => code,
  },
  SegmentMembershipResponse: { memberships: ({ memberships }: { memberships: unknown }) => memberships },
  SegmentMembership: {
    segmentId: ({ segmentId }: { segmentId: string }) => segmentId,
    isMember: ({ isMember }: { isMember: boolean }) => isMember,
  },
  CustomerPhoneNumber: {
    smsMarketingConsent: ({ sms }: { sms: unknown }) => sms,
    whatsAppMarketingConsent: ({ whatsApp }: { whatsApp: unknown }) => whatsApp,
  },
  CustomerSmsMarketingConsent: consent,
  CustomerWhatsAppMarketingConsent: consent,
};
