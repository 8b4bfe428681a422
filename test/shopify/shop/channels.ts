// The sales channels of the simulated shops: Order.sourceName and the channel that attribution names for it.

export interface Channel {
  handle: string;
  name: string;
}

const CHANNELS: ReadonlyMap<string, Channel> = new Map([
  ["web", { handle: "online_store", name: "Online Store" }],
  ["pos", { handle: "pos", name: "Point of Sale" }],
  ["shopify_draft_order", { handle: "draft_orders", name: "Draft Orders" }],
  ["iphone", { handle: "mobile", name: "Shopify Mobile" }],
  // A sales channel app gives its app id as the source.
  ["4555921", { handle: "shop", name: "Shop" }],
  ["2329312", { handle: "facebook", name: "Facebook & Instagram" }],
]);

/** A source that is not among ours keeps its own name, as orders made by other apps do. */
export const channelOf = (sourceName: string): Channel =>
  CHANNELS.get(sourceName) ?? {
    handle: sourceName.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "_"),
    name: sourceName,
  };
