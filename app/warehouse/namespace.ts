// The name of a shop's namespace: a file and catalog in DuckDB, a schema in PostgreSQL.
import { createHash } from "node:crypto";

/** The name of the copy that is made beside the one in use. */
export const nextOf = (shop: string): string => `${shop} (apart)`;

/** The shop whose copy has that name, be it in use or the next one. */
export const shopOf = (name: string): string => name.replace(/ \(apart\)$/, "");

/** Letters and digits only, whatever the domain holds; safe as an identifier and as a file name. */
export function namespaceOf(shop: string): string {
  return `shop_${createHash("sha256").update(shop.toLowerCase()).digest("hex").slice(0, 20)}`;
}
