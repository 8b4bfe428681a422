// The name of a shop's namespace: a file and catalog in DuckDB, a schema in PostgreSQL.
import { createHash } from "node:crypto";

/** The name under which a shop's copy is made anew, beside the one in use. */
export const apart = (shop: string): string => `${shop} (apart)`;

/** Letters and digits only, whatever the domain holds; safe as an identifier and as a file name. */
export function namespaceOf(shop: string): string {
  return `shop_${createHash("sha256").update(shop.toLowerCase()).digest("hex").slice(0, 20)}`;
}
