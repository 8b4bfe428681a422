// The tags that customers of a shop have today, as sets. Shopify folds case in tags and keeps no history of them.
import type { ShopView } from "../../warehouse/warehouse.server.ts";
import { cached } from "../cache.server.ts";
import type { NamedSet } from "./cut.ts";

/** So many tags are told apart, those of most customers first: there may be thousands. */
export const MOST_TAGS = 12;

/** A tag in Shopify has up to 255 letters. */
const MOST_LETTERS = 255;

/** Tags are stored as a JSON list, whose commas between texts stand nowhere else. */
const EACH_TAG = `SELECT customer_id, unnest(string_to_array(substr(tags, 3, length(tags) - 4), '","')) AS tag
  FROM customers WHERE length(tags) > 4`;

export async function tagSets(view: ShopView): Promise<NamedSet[]> {
  const customers = view.of(["customers"]);
  return cached(customers, ["tags"], async () => {
    const rows = await customers.query<{ written: string }>(
      `SELECT MIN(tag) AS written, COUNT(*) AS n, MIN(customer_id) AS first_one FROM (${EACH_TAG}) AS each_tag
GROUP BY lower(tag) ORDER BY n DESC, first_one, MIN(tag) LIMIT ${MOST_TAGS}`,
    );
    return rows.flatMap(({ written }): NamedSet[] => {
      const tag = textOf(written);
      if (tag === "" || tag.length > MOST_LETTERS) return [];
      return [{ id: `tag:${tag.toLowerCase()}`, label: tag, rule: { tag } }];
    });
  });
}

/** What stands between the quotes of a JSON text. */
const textOf = (written: string): string => JSON.parse(`"${written}"`) as string;
