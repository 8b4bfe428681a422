// What a script is answered of a shop's figures: its address read, one state of the copy, and the shop in the address's language.
import { ShopNotReady } from "../errors.ts";
import type { ShopCopy } from "../warehouse/warehouse.server.ts";
import { inOneView } from "../warehouse/view.ts";
import { knownParameters, localeIn, type Parameters } from "./parameters.ts";
import { type ReportedShop, reportedShop } from "./shop.server.ts";
import { readLocale } from "./wording.server.ts";

/** Throws BadInput, ShopNotReady, and whatever the answer does. */
export async function scripted<T>(
  request: Pick<Request, "url">,
  copy: ShopCopy,
  parameters: Parameters & { single: readonly string[] },
  answer: (shop: ReportedShop, params: URLSearchParams) => Promise<T>,
): Promise<T> {
  const params = knownParameters(request, parameters);
  const locale = parameters.single.includes("locale") ? readLocale(localeIn(params)) : "en";
  return inOneView(copy, async (view) => {
    const shop = reportedShop(view, { locale, now: new Date() });
    if (shop === null) throw new ShopNotReady(copy.shop);
    return answer(shop, params);
  });
}
