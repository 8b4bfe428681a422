// What a merchant can group by, under one name each: segments of customers, groups of orders, and the tags of customers.
import { z } from "zod";
import { segmentations, type SegmentationId } from "../segmentations.ts";
import type { Family } from "../segmentations/segmentation.ts";
import { MOST_SETS, type NamedSet } from "./cut.ts";
import { orderCuts, type OrderCutId } from "./orders.ts";
import { ruleSchema } from "./rule.ts";

export type CutId = SegmentationId | OrderCutId | "tags";

/** Under which heading a cut stands where one is chosen. */
export type CutGroup = Family | "orders";

const ofCustomers = Object.fromEntries(
  Object.entries(segmentations).map(([id, { family }]): [string, CutGroup] => [id, family]),
) as Record<SegmentationId, CutGroup>; // Object.fromEntries forgets its keys

const ofOrders = Object.fromEntries(
  Object.keys(orderCuts).map((id): [string, CutGroup] => [id, "orders"]),
) as Record<OrderCutId, CutGroup>;

/** All of them with their headings, in the order in which they are offered. */
export const cutGroups: Readonly<Record<CutId, CutGroup>> = { ...ofCustomers, tags: "kind", ...ofOrders };

export const cutIds = Object.keys(cutGroups) as CutId[];

export const isCutId = (text: string): text is CutId => Object.hasOwn(cutGroups, text);
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
