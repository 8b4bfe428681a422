// Readings of observed sources in a form short enough to write in a test, as files in Shopify's bulk form.
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { consents } from "../../../app/sync/resources/consents.ts";
import type { ObservedResource } from "../../../app/sync/resources/observed-resource.ts";
import { MEMBER, segmentMembers, shopifySegments } from "../../../app/sync/resources/shopify-segments.ts";
import { stockLevels, unitCosts } from "../../../app/sync/resources/stock.ts";
import type { Extent, Observation } from "../../../app/warehouse/warehouse.server.ts";

const directory = mkdtempSync(path.join(tmpdir(), "segment-kpis-readings-"));
let number = 0;

const gid = (type: string, id: number | string) => `gid://shopify/${type}/${id}`;
export const WHOLE: Extent = { all: true, but: [] };

function reading(
  { source, stages }: ObservedResource,
  readAt: string,
  extent: Extent,
  rows: readonly object[],
): Observation {
  const file = path.join(directory, `${++number}.jsonl`);
  writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  return { source, stages, readAt, extent, files: [file] };
}

export interface Level {
  item: number | string;
  location: number;
  available: number | string | null;
  onHand?: number;
  updatedAt?: string | undefined;
}

export const stockReading = (readAt: string, levels: readonly Level[], extent: Extent = WHOLE): Observation =>
  reading(
    stockLevels,
    readAt,
    extent,
    levels.flatMap(({ item, location, available, onHand = 0, updatedAt = null }) => [
      { __typename: "InventoryItem", id: gid("InventoryItem", item) },
      {
        __typename: "InventoryLevel",
        id: `${gid("InventoryLevel", location)}?inventory_item_id=${item}`,
        updatedAt,
        location: { id: gid("Location", location) },
        quantities: ["available", "on_hand", "committed", "incoming"].map((name) => ({
          name,
          quantity: name === "available" ? available : name === "on_hand" ? onHand : 0,
        })),
        __parentId: gid("InventoryItem", item),
      },
    ]),
  );

export interface Consent {
  customer: number;
  email?: string | null;
  sms?: string;
  at?: string;
}

export const consentReading = (
  readAt: string,
  all: readonly Consent[],
  extent: Extent = WHOLE,
  withheld?: Observation["withheld"],
): Observation => ({
  ...reading(
    consents,
    readAt,
    extent,
    all.map(({ customer, email = null, sms, at = null }) => ({
      __typename: "Customer",
      id: gid("Customer", customer),
      defaultEmailAddress: email && { marketingState: email, marketingUpdatedAt: at },
      defaultPhoneNumber: sms && {
        smsMarketingConsent: { state: sms, updatedAt: at },
        whatsAppMarketingConsent: { state: "NEVER_SUBSCRIBED", updatedAt: null },
      },
    })),
  ),
  withheld,
});

export const costReading = (
  readAt: string,
  all: readonly { item: number; cost: string | null; currency?: string; updatedAt?: string }[],
  extent: Extent = WHOLE,
): Observation =>
  reading(
    unitCosts,
    readAt,
    extent,
    all.map(({ item, cost, currency = "EUR", updatedAt = null }) => ({
      __typename: "InventoryItem",
      id: gid("InventoryItem", item),
      updatedAt,
      unitCost: cost === null ? null : { amount: cost, currencyCode: currency },
    })),
  );

export const segmentReading = (
  readAt: string,
  all: readonly { id: number; name: string; query?: string; editedAt?: string }[],
  extent: Extent = WHOLE,
): Observation =>
  reading(
    shopifySegments,
    readAt,
    extent,
    all.map(({ id, name, query = "number_of_orders > 0", editedAt = "2020-01-01T00:00:00Z" }) => ({
      __typename: "Segment",
      id: gid("Segment", id),
      name,
      query,
      lastEditDate: editedAt,
    })),
  );

export const memberReading = (
  readAt: string,
  all: readonly { segment: number; customer: number; isMember?: boolean; at?: string }[],
  extent: Extent = WHOLE,
): Observation =>
  reading(
    segmentMembers,
    readAt,
    extent,
    all.map(({ segment, customer, isMember = true, at = null }) => ({
      __typename: MEMBER,
      segment: gid("Segment", segment),
      customer: gid("CustomerSegmentMember", customer),
      isMember,
      toldAt: at,
    })),
  );
