// What a shop is at present and Shopify keeps no past of: stock by location, costs, consents, segments and their members. Each
// change is remembered where the past is kept, and told by the webhooks that Shopify would send.
import type { Level, Location, Quantities, Segment, Variant } from "../model.ts";
import * as payloads from "../payloads.ts";
import { Annotations } from "./annotations.ts";
import type { Instant, VariantInput } from "./input.ts";
import { type Kind, Past } from "./past.ts";
import { Records } from "./records.ts";
import { ruleOf } from "./segment-query.ts";

export class Present extends Records {
  readonly locations = new Map<number, Location>();
  /** By item and location. */
  readonly levels = new Map<string, Level>();
  readonly segments = new Map<number, Segment>();
  readonly annotations = new Annotations();
  #past: Past | null = null;

  /** From now on, and as it is now. */
  rememberPast(at?: Instant): Past {
    const past = new Past();
    this.#past = past;
    const now = this.instantOf(at);
    for (const { id } of this.customers.values()) this.#noteConsents(id, now);
    for (const level of this.levels.values()) past.note("stock", keyOf(level), { ...level.quantities }, now);
    for (const { id } of this.variants.values()) this.#noteCost(id, now);
    for (const segment of this.segments.values()) {
      past.note("segments", String(segment.id), { name: segment.name, query: segment.query }, now);
      for (const member of segment.members) past.note("members", `${segment.id}/${member}`, true, now);
    }
    return past;
  }

  override addVariant(input: VariantInput): Variant {
    const variant = super.addVariant(input);
    const at = this.instantOf(input.at);
    this.#noteCost(variant.id, at);
    this.emit("inventory_items/create", at, () => payloads.identity("InventoryItem", variant.id));
    return variant;
  }

  addLocation(input: { name: string; id?: number }): Location {
    const location = { id: input.id ?? this.newId("location"), name: input.name };
    this.locations.set(location.id, location);
    return location;
  }

  /** Null: the item is no longer kept there. */
  setLevel(itemId: number, locationId: number, quantities: Partial<Quantities> | null, at?: Instant): void {
    if (!this.variants.has(itemId)) throw new RangeError(`No inventory item ${itemId}.`);
    if (!this.locations.has(locationId)) throw new RangeError(`No location ${locationId}.`);
    const happened = this.instantOf(at);
    const key = keyOf({ itemId, locationId });
    const known = this.levels.get(key);
    if (quantities === null) {
      if (known === undefined) throw new RangeError(`Item ${itemId} is not at location ${locationId}.`);
      this.levels.delete(key);
      this.#past?.note("stock", key, null, happened);
      this.emit("inventory_levels/disconnect", happened, () => ({
        inventory_item_id: itemId,
        location_id: locationId,
      }));
      return;
    }
    const before = known?.quantities ?? { available: 0, on_hand: 0, committed: 0, incoming: 0 };
    const level = { itemId, locationId, quantities: { ...before, ...quantities }, updatedAt: happened };
    this.levels.set(key, level);
    this.#past?.note("stock", key, { ...level.quantities }, happened);
    if (known === undefined)
      this.emit("inventory_levels/connect", happened, () => payloads.level(this, level));
    this.emit("inventory_levels/update", happened, () => payloads.level(this, level));
  }

  levelsOf(itemId: number): Level[] {
    return [...this.levels.values()].filter((level) => level.itemId === itemId);
  }

  setUnitCost(variantId: number, cost: number | null, given: { currency?: string; at?: Instant } = {}): void {
    const variant = this.variants.get(variantId);
    if (variant === undefined) throw new RangeError(`No variant ${variantId}.`);
    const happened = this.instantOf(given.at);
    variant.unitCost = cost;
    variant.unitCostCurrency = given.currency ?? this.currency;
    variant.updatedAt = happened;
    this.#noteCost(variantId, happened);
    this.emit("inventory_items/update", happened, () => payloads.identity("InventoryItem", variantId));
  }

  /** With its item, and what was of it anywhere. */
  deleteVariant(variantId: number, at?: Instant): void {
    if (!this.variants.delete(variantId)) throw new RangeError(`No variant ${variantId}.`);
    const happened = this.instantOf(at);
    for (const level of this.levelsOf(variantId)) {
      this.levels.delete(keyOf(level));
      this.#past?.note("stock", keyOf(level), null, happened);
    }
    this.#past?.note("costs", String(variantId), null, happened);
    this.emit("inventory_items/delete", happened, () => payloads.identity("InventoryItem", variantId));
  }

  createSegment(input: { name: string; query: string; id?: number; at?: Instant }): Segment {
    ruleOf(input.query);
    const at = this.instantOf(input.at);
    const segment: Segment = {
      id: input.id ?? this.newId("segment"),
      name: input.name,
      query: input.query,
      createdAt: at,
      editedAt: at,
      members: new Set(),
    };
    this.segments.set(segment.id, segment);
    this.#past?.note("segments", String(segment.id), { name: segment.name, query: segment.query }, at);
    this.emit("segments/create", at, () => payloads.segment(segment));
    // Those who are in it from its beginning did not join it.
    this.#findMembers(segment, at, { told: false });
    return segment;
  }

  updateSegment(id: number, change: { name?: string; query?: string; at?: Instant }): Segment {
    const segment = this.#segment(id);
    ruleOf(change.query ?? segment.query);
    const at = this.instantOf(change.at);
    segment.name = change.name ?? segment.name;
    segment.query = change.query ?? segment.query;
    segment.editedAt = at;
    this.#past?.note("segments", String(id), { name: segment.name, query: segment.query }, at);
    this.emit("segments/update", at, () => payloads.segment(segment));
    this.#findMembers(segment, at, { told: true });
    return segment;
  }

  deleteSegment(id: number, at?: Instant): void {
    const segment = this.#segment(id);
    const happened = this.instantOf(at);
    this.segments.delete(id);
    this.#past?.note("segments", String(id), null, happened);
    for (const member of segment.members) this.#past?.note("members", `${id}/${member}`, null, happened);
    this.emit("segments/delete", happened, () => ({ id }));
  }

  protected override customerMoved(id: number, at: string): void {
    this.#noteConsents(id, at);
    for (const segment of this.segments.values()) this.#place(segment, ruleOf(segment.query), id, at, true);
  }

  #findMembers(segment: Segment, at: string, { told }: { told: boolean }): void {
    const rule = ruleOf(segment.query);
    for (const id of this.customers.keys()) this.#place(segment, rule, id, at, told);
  }

  #place(segment: Segment, rule: ReturnType<typeof ruleOf>, id: number, at: string, told: boolean): void {
    const customer = this.customers.get(id);
    const isIn = customer !== undefined && rule(customer);
    if (isIn === segment.members.has(id)) return;
    if (isIn) segment.members.add(id);
    else segment.members.delete(id);
    this.#past?.note("members", `${segment.id}/${id}`, isIn ? true : null, at);
    const topic = isIn ? "customer.joined_segment" : "customer.left_segment";
    if (told) this.emit(topic, at, () => payloads.moved(this, id, segment.id));
  }

  #noteConsents(id: number, at: string): void {
    const customer = this.customers.get(id);
    const note = (channel: string, state: string | null) =>
      this.#past?.note("consents", `${id}/${channel}`, state, at);
    const redacted = customer?.emailMarketing === "REDACTED";
    note("email", customer === undefined || redacted ? null : customer.emailMarketing);
    note("sms", customer?.phone?.sms.state ?? null);
    note("whatsapp", customer?.phone?.whatsApp.state ?? null);
  }

  #noteCost(id: number, at: string): void {
    const variant = this.variants.get(id);
    if (variant === undefined) return;
    const { unitCost: cost, unitCostCurrency: currency = this.currency } = variant;
    this.#past?.note(
      "costs" satisfies Kind,
      String(id),
      { cost, currency: cost === null ? null : currency },
      at,
    );
  }

  #segment(id: number): Segment {
    const segment = this.segments.get(id);
    if (segment === undefined) throw new RangeError(`No segment ${id}.`);
    return segment;
  }
}

export const keyOf = ({ itemId, locationId }: Pick<Level, "itemId" | "locationId">): string =>
  `${itemId}/${locationId}`;
