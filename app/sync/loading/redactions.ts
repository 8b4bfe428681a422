// The list of customers whom Shopify had the app forget, as keyed hashes of their ids: enough to know them when they come
// again, nothing to read. Ids can be guessed one by one, so the key is what protects them; each shop has its own, encrypted
// by TOKEN_KEYS like a token, so that rotating those rewrites one row a shop and the hashes stay as they are.
import { createHmac, randomBytes } from "node:crypto";
import type { PrismaClient } from "../../../prisma/generated/client.ts";
import { decrypt, encrypt } from "../../shopify/encryption.server.ts";
import { RedactionsUnreadable } from "../../errors.ts";
import { redactionKeyMade, redactionKeySealed } from "../shop/shop-row.ts";

type Database = Pick<PrismaClient, "shop" | "redactedCustomer">;

const place = (shop: string) => `redaction key of ${shop}`;

const hashOf = (key: Buffer, customerId: number | bigint): string =>
  createHmac("sha256", key).update(String(customerId)).digest("base64url");

function opened(shop: string, sealed: string): Buffer {
  try {
    return Buffer.from(decrypt(sealed, place(shop)), "base64");
  } catch (error) {
    throw new RedactionsUnreadable(shop, error instanceof Error ? error : new Error(String(error)));
  }
}

async function keyOf(db: Database, shop: string): Promise<Buffer | null> {
  const row = await db.shop.findUnique({ where: { domain: shop }, select: { redactionKey: true } });
  return row?.redactionKey ? opened(shop, row.redactionKey) : null;
}

/** Puts a customer on the shop's list; from now on no merge lets him in. The shop has a row. */
export async function redact(db: Database, shop: string, customerId: bigint): Promise<void> {
  const made = encrypt(randomBytes(32).toString("base64"), place(shop));
  await redactionKeyMade(db, shop, made);
  const key = await keyOf(db, shop);
  if (key === null) throw new Error(`${shop} is not known`);
  const listed = { shop, hash: hashOf(key, customerId) };
  await db.redactedCustomer.upsert({ where: { shop_hash: listed }, create: listed, update: {} });
}

/**
 * Tells the redacted customers of a shop from the others; null when there are none.
 * @throws RedactionsUnreadable
 */
export async function redactedIn(
  db: Database,
  shop: string,
): Promise<((customerId: number | bigint) => boolean) | null> {
  const key = await keyOf(db, shop);
  if (key === null) return null;
  const listed = await db.redactedCustomer.findMany({ where: { shop }, select: { hash: true } });
  const hashes = new Set(listed.map(({ hash }) => hash));
  return (customerId) => hashes.has(hashOf(key, customerId));
}

/**
 * Encrypts every shop's key with the first of TOKEN_KEYS, so that an old one can be dropped.
 * @returns shops whose key no listed one opens: they stay as they are, and nothing is loaded for them
 */
export async function sealKeysAnew(db: Database): Promise<string[]> {
  const shops = await db.shop.findMany({ where: { redactionKey: { not: null } } });
  const unreadable: string[] = [];
  for (const { domain, redactionKey } of shops) {
    if (redactionKey === null) continue;
    try {
      const again = encrypt(opened(domain, redactionKey).toString("base64"), place(domain));
      await redactionKeySealed(db, domain, redactionKey, again);
    } catch (error) {
      if (!(error instanceof RedactionsUnreadable)) throw error;
      unreadable.push(domain);
    }
  }
  return unreadable;
}
