// What is recorded of days of random changes, from webhooks that are lost, doubled and out of order, and from nights that are missed.
import fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { it } from "vitest";
import { record } from "../../../app/sync/recording/record.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { type Arrived } from "../routes/intake.ts";
import { agrees, type Recorded, recordings } from "./recordings.ts";

const live = recordings();
const { at, deliver, recorded, taken } = live;

const next = (day: string, days = 1) => Temporal.PlainDate.from(day).add({ days }).toString();

const shuffled = <T>(all: readonly T[], draw: () => number): T[] => {
  const left = [...all];
  const out: T[] = [];
  while (left.length > 0) out.push(...left.splice(draw() % left.length, 1));
  return out;
};

const changes = [
  "stock",
  "away",
  "cost",
  "email",
  "sms",
  "leave",
  "tag",
  "order",
  "create",
  "merge",
  "rename",
  "remove",
] as const;
const change = fc.record({
  kind: fc.constantFrom(...changes),
  pick: fc.nat(1000),
  /** Of its webhooks: lost, come, come twice. */
  fate: fc.constantFrom("lost", "come", "twice"),
});
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

function make({ shop, items, places }: Recorded, { kind, pick }: Change): void {
  const one = <T>(all: readonly T[]): T | undefined => all[pick % Math.max(1, all.length)];
  const customer = one([...shop.customers.values()].filter((each) => each.emailMarketing !== "REDACTED"));
  const other = [...shop.customers.values()].find(({ id }) => id !== customer?.id);
  const item = one(items.filter((id) => shop.variants.has(id)));
  const place = one(places);
  const level = one([...shop.levels.values()]);
  const segment = one([...shop.segments.values()]);
  if (kind === "stock" && item && place)
    shop.setLevel(item, place, { available: pick % 7, on_hand: pick % 5, incoming: pick % 3 });
  else if (kind === "away" && level) shop.setLevel(level.itemId, level.locationId, null);
  else if (kind === "cost" && item) shop.setUnitCost(item, pick % 4 === 0 ? null : pick % 50, {});
  else if (kind === "email" && customer)
    shop.updateCustomer(customer.id, { emailMarketing: pick % 2 ? "SUBSCRIBED" : "UNSUBSCRIBED" });
  else if (kind === "sms" && customer)
    shop.updateCustomer(
      customer.id,
      pick % 3 === 0 ? { phone: null } : { sms: pick % 2 ? "SUBSCRIBED" : "PENDING", whatsApp: "SUBSCRIBED" },
    );
  else if (
    kind === "leave" &&
    customer &&
    shop.customerOrders(customer.id).length === 0 &&
    shop.customers.size > 2
  )
    shop.deleteCustomer(customer.id);
  else if (kind === "tag" && customer) shop.updateCustomer(customer.id, { tags: pick % 2 ? ["vip"] : [] });
  else if (kind === "order" && customer)
    shop.placeOrder({ customerId: customer.id, lines: [{ title: "Cup", price: 900, quantity: 1 }] });
  else if (kind === "create") shop.createCustomer({ emailMarketing: "PENDING", tags: ["vip"] });
  else if (kind === "merge" && customer && other && shop.customers.size > 3)
    shop.mergeCustomers(customer.id, other.id);
  else if (kind === "rename" && segment) shop.updateSegment(segment.id, { name: `Name ${pick}` });
  else if (kind === "remove" && item && items.length > 2) shop.deleteVariant(item);
}

describeWarehouses("recording", (open) => {
  it("ends in the truth of every day that is known, whatever is lost, doubled or out of order", async () => {
    const warehouse = await open();
    await fc.assert(
      fc.asyncProperty(
        // Over the change of the clocks of 29 March.
        fc.array(fc.tuple(fc.array(change, { minLength: 2, maxLength: 8 }), fc.boolean()), {
          minLength: 3,
          maxLength: 4,
        }),
        fc.noShrink(fc.infiniteStream(fc.nat())),
        async (days, random) => {
          const draw = () => Number(random.next().value);
          let day = "2026-03-27";
          const made = await recorded(warehouse, day);
          for (const [some, isMissed] of days) {
            const waiting: Arrived[] = [];
            for (const [hour, each] of some.entries()) {
              at(day, `${15 + hour}:30:${10 + (each.pick % 50)}`);
              make(made, each);
              const told = await taken();
              if (each.fate !== "lost") waiting.push(...told);
              if (each.fate === "twice") waiting.push(...told);
              if (draw() % 2 === 0) await deliver(made.context, shuffled(waiting.splice(0), draw));
            }
            at(day, "23:59:59");
            await deliver(made.context, shuffled(waiting, draw));
            day = next(day);
            at(day, "05:30");
            if (!isMissed) await record(made.context);
          }
          await agrees(made.context, made.past);
        },
      ),
      { numRuns: 4, endOnFailure: true },
    );
  });
});
