// What a merchant can group by, under one name each: segments of customers, groups of orders, and the tags of customers.
import { z } from "zod";
import { families, segmentations, type SegmentationId } from "../segmentations.ts";
import { MOST_SETS, type NamedSet } from "./cut.ts";
import { orderCuts, type OrderCutId } from "./orders.ts";
import { ruleSchema } from "./rule.ts";

const tags = {
  group: families.kind,
  label: "Customer tags",
  description: "Customers with a tag today. A customer can have several, so that these groups overlap.",
};

export type CutId = SegmentationId | OrderCutId | "tags";

interface Choice {
  label: string;
  description: string;
  /** Under which heading it stands where one is chosen. */
  group: string;
}

const ofCustomers = Object.fromEntries(
  Object.entries(segmentations).map(([id, { label, description, family }]): [string, Choice] => [
    id,
    { label, description, group: families[family] },
  ]),
) as Record<SegmentationId, Choice>; // Object.fromEntries forgets its keys

const ofOrders = Object.fromEntries(
  Object.entries(orderCuts).map(([id, { label, description }]): [string, Choice] => [
    id,
    { label, description, group: "Orders, whoever placed them" },
  ]),
) as Record<OrderCutId, Choice>;

/** In the order in which they are offered. */
export const cutChoices: Readonly<Record<CutId, Choice>> = { ...ofCustomers, tags, ...ofOrders };

export const isCutId = (text: string): text is CutId => Object.hasOwn(cutChoices, text);
export const isOrderCutId = (text: string): text is OrderCutId => Object.hasOwn(orderCuts, text);

/** Sets as somebody asks for them: each with an id of its own. */
export const namedSets: z.ZodType<NamedSet[]> = z
  .array(
    z.strictObject({
      id: z.string().regex(/^[a-z0-9_-]{1,40}$/),
      label: z.string().trim().min(1).max(100),
      rule: ruleSchema,
    }),
  )
  .min(1)
  .max(MOST_SETS)
  .refine((sets) => new Set(sets.map(({ id }) => id)).size === sets.length, "Two sets have the same id.");
