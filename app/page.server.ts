// What every report's page is made of beside its own figures: what the reader chose before, the state of the copy, and one view of it
// for all figures of the page.
import { ShopNotReady, StartsAnew } from "./errors.ts";
import { orRefuse } from "./http/respond.server.ts";
import { warehouse } from "./process/runtime.server.ts";
import { type PageKind, type UserState, userState, withChoices } from "./reports/choices.server.ts";
import { hasFigures, type ReportedShop, reportedShop } from "./reports/shop.server.ts";
import { type SyncStatusView, syncStatusView } from "./reports/sync-status.server.ts";
import { readLocale } from "./reports/wording.server.ts";
import { syncState } from "./sync/sync.server.ts";
import { inOneView } from "./warehouse/view.ts";
import type { ShopView } from "./warehouse/warehouse.server.ts";

export interface PageOf<View> {
  locale: string;
  /** The shop and the clock of its days. */
  where: string;
  /** Keys of notices that were put away. */
  dismissed: readonly string[];
  status: SyncStatusView;
  /** Null while the shop has no order. */
  view: View | null;
}

interface Asked<View> {
  /** The shop of the session. */
  shop: string;
  /** What of the reader's choices the address may leave out. */
  kind: PageKind;
  view: (shop: ReportedShop, params: URLSearchParams, user: UserState) => Promise<View>;
}

/** A report's page; without figures while the shop has none. Sends to the fuller address where choices are remembered. */
export async function pageOf<View>(request: Request, { shop: domain, kind, view: viewOf }: Asked<View>) {
  const params = new URL(request.url).searchParams;
  const at = { locale: readLocale(params.get("locale")), now: new Date() };
  return orRefuse(async () => {
    const user = await userState(request, domain, at.now);
    const page = async (copy: ShopView | null): Promise<PageOf<View>> => {
      const shop = reportedShop(copy, at);
      const kept = { shop: domain, page: kind, today: shop?.today ?? "" };
      const full = shop && (await withChoices(request, kept, user));
      if (full !== null) throw new Response(null, { status: 302, headers: { Location: full } });
      const [state, view] = await Promise.all([
        syncState(domain, copy?.meta ?? null),
        shop && hasFigures(shop).then((there) => (there ? viewOf(shop, params, user) : null)),
      ]);
      return {
        locale: at.locale,
        where: shop ? `${domain}, ${shop.place.timeZone}` : domain,
        dismissed: user.dismissed,
        status: syncStatusView(state, shop?.meta ?? null, at),
        view,
      };
    };
    return inOneView((await warehouse()).of(domain), page).catch((error: unknown) => {
      // The copy went while it was read, to be made anew: the page says so, as it does before the first orders.
      if (error instanceof ShopNotReady || error instanceof StartsAnew) return page(null);
      throw error;
    });
  }, at);
}
