// Which orders the merchant's choice of tags and channels keeps out of everything that is derived: a copy holds the choice by
// which it is derived, and each order whether it is one of those.
import type { Session } from "../driver.ts";
import { type Exclusion, exclusionText } from "../exclusion.ts";
import { channelInSql } from "../names.ts";
import { deriveEverything } from "./derive.ts";
import { literal } from "./staging.ts";

/**
 * SQL over `tags` and `channel`, of staged orders or stored ones; never NULL. A list of tags is a text of JSON, and Shopify
 * takes no comma in a tag, so that a comma and a quote stand before the text of a tag alone.
 */
export function isExcluded({ tags, channels }: Pick<Exclusion, "tags" | "channels">): string {
  const ways = tags.map(
    (tag) =>
      `strpos(lower(',' || substr(tags, 2)), lower(${literal(`,${JSON.stringify(tag.normalize("NFC"))}`)})) > 0`,
  );
  if (channels.length > 0) ways.push(`${channelInSql("channel")} IN (${channels.map(literal).join(", ")})`);
  return ways.length === 0 ? "FALSE" : `coalesce(${ways.join(" OR ")}, FALSE)`;
}

/**
 * Table `excluding` (order_id, file): which of the staged orders are excluded. Made before whoever must leave no trace takes
 * an order's tags along.
 */
export async function markExcluded(session: Session, exclusion: Exclusion): Promise<void> {
  await session.run(
    `CREATE TEMP TABLE excluding AS SELECT order_id, file FROM stage_orders WHERE ${isExcluded(exclusion)}`,
  );
  await session.filled("excluding");
}

/** Derives by this choice from now on, and all that there is; how many orders it concerns that the one before did not, or no more. */
export async function exclude(session: Session, exclusion: Exclusion): Promise<number> {
  await session.run("UPDATE shop_meta SET excluding = $1", [exclusionText(exclusion)]);
  // Whoever was erased took the tags along: an order of his stays what it was while tags matter at all.
  const untold = exclusion.tags.length === 0 ? "" : " OR (excluded AND tags IS NULL AND customer_id IS NULL)";
  const is = `(${isExcluded(exclusion)}${untold})`;
  const changed = await session.run(
    `UPDATE orders SET excluded = ${is}, seq = NULL, prev_day = NULL WHERE excluded <> ${is}`,
  );
  if (changed > 0) await deriveEverything(session);
  return changed;
}
