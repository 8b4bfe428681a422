// A shop's data stand in a file or schema of its own by construction: whatever a shop calls itself, its namespace is
// nobody else's, stays in its place, and is plain text in SQL.
import path from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ofShop } from "../../../app/queue/contract.ts";
import { downloadsOf } from "../../../app/sync/context.ts";
import { namespaceOf } from "../../../app/warehouse/namespace.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { reaching } from "../warehouse/reaching.ts";

const label = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,20}$/);
const domain = label.map((name) => `${name}.myshopify.com`);
const adversarial = fc.oneof(
  domain,
  fc.string({ maxLength: 60, unit: "binary" }),
  fc
    .tuple(domain, fc.constantFrom("/..", "\0", "'", '"', ";--", " ", ".", "%2e", "\n", "\u0130"))
    .map((parts) => parts.join("")),
  fc
    .tuple(fc.constantFrom("../", "..\\", "/etc/", "shop_", "public."), domain)
    .map((parts) => parts.join("")),
);

describe("a shop's namespace", () => {
  it("is the same text of letters and digits for the same shop, and another for every other", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(adversarial, { minLength: 2, maxLength: 30, selector: (name) => name.toLowerCase() }),
        (shops) => {
          const names = shops.map(namespaceOf);
          expect(new Set(names).size).toBe(shops.length);
          for (const [index, name] of names.entries()) {
            expect(name).toMatch(/^shop_[0-9a-f]{20}$/);
            expect(namespaceOf(shops[index]?.toLowerCase() ?? "")).toBe(name);
          }
        },
      ),
    );
  });

  it("is not another's that looks alike", () => {
    const alike = ["a-b", "a--b", "ab", "a-b-", "a0b", "aob", "xn--b"].map((name) => `${name}.myshopify.com`);
    const close = [
      "a.myshopify.com",
      "a.myshopify.com.",
      " a.myshopify.com",
      "a.myshopify.co",
      "a_myshopify_com",
    ];
    expect(new Set([...alike, ...close].map(namespaceOf)).size).toBe(alike.length + close.length);
  });

  it("and its downloads never leave their directory, for whatever passes as a shop", () => {
    fc.assert(
      fc.property(adversarial, (shop) => {
        if (!ofShop.safeParse({ shop }).success) return;
        const root = path.resolve("/data");
        expect(path.dirname(downloadsOf(root, shop))).toBe(path.join(root, "downloads"));
      }),
    );
  });
});

const euros = { currency: "EUR", decimals: 2, time_zone: "Europe/Berlin" };

describeWarehouses("shops with names made to break out", (open) => {
  it("each have a place of their own, and losing one loses no other", async () => {
    const warehouse = await open();
    const shops = [
      "a.myshopify.com",
      "a.myshopify.com'; DROP SCHEMA public CASCADE; --",
      '"a".myshopify.com',
      "../a.myshopify.com",
      `${namespaceOf("a.myshopify.com")}`,
    ];
    for (const [place, shop] of shops.entries())
      await warehouse.of(shop).setMeta({ ...euros, ...reaching("sixty_days", `2026-01-0${place + 1}`) });
    await warehouse.of(shops[1] ?? "").drop();
    const places = await Promise.all(shops.map((shop) => warehouse.of(shop).meta()));
    expect(places.map((meta) => meta?.coverage["orders"]?.from_day)).toEqual([
      "2026-01-01",
      undefined,
      "2026-01-03",
      "2026-01-04",
      "2026-01-05",
    ]);
  });
});
