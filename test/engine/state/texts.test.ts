// Whatever text reaches the state database is kept, and refuses no statement.
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { closeDb, db } from "../../../app/db.server.ts";
import { wellFormed } from "../../../app/well-formed.ts";
import { freshDatabase } from "../../tools/setup/database.ts";

beforeAll(async () => {
  process.env.DATABASE_URL = await freshDatabase();
});
afterAll(closeDb);

const text = fc
  .array(fc.constantFrom("\0", "\ud83d", "\ude00", "😀", "\\u0000", "\\", '"', "'", "$1", "a"), {
    maxLength: 8,
  })
  .map((parts) => parts.join(""));
const shop = "texts.myshopify.com";

it("in columns of text and of JSON, in conditions, in one transaction with others, and in a statement of our own", () =>
  fc.assert(
    fc.asyncProperty(text, async (given) => {
      const kept = wellFormed(given);
      const parts = [{ id: "tips", orders: [{ id: 1, name: given }] }];
      const month = {
        shop,
        month: "2026-01",
        askedAt: new Date(0),
        source: "order_counts",
        reason: given,
        verdict: "differs",
        shopify: { [given]: 1 },
        ours: {},
        parts,
      };
      await db.$transaction([
        db.shop.deleteMany({ where: { domain: { in: [shop, given] } } }),
        db.shop.create({ data: { domain: shop, name: given } }),
        db.monthFigures.deleteMany({ where: { shop } }),
        db.monthFigures.createMany({ data: [month] }),
      ]);
      await db.$transaction(async (transaction) => {
        await transaction.shop.updateMany({ where: { name: given }, data: { firstSyncError: given } });
        await transaction.$executeRaw`UPDATE "Shop" SET plan = ${given} WHERE name = ${given}`;
      });
      expect(await db.shop.findUnique({ where: { domain: shop } })).toMatchObject({
        name: kept,
        firstSyncError: kept,
        plan: kept,
      });
      expect(await db.$queryRaw`SELECT plan FROM "Shop" WHERE plan = ${given} AND domain = ${shop}`).toEqual([
        { plan: kept },
      ]);
      expect(await db.monthFigures.findMany({ where: { shop } })).toMatchObject([
        { reason: kept, shopify: { [kept]: 1 }, parts: wellFormed(parts) },
      ]);
    }),
    { numRuns: 40 },
  ));
