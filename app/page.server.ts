// What every report is made of beside its own figures, as a page, a file or an answer to a script: the shop with its calendar, one view
// of its copy for all figures, and of a page what its reader chose before.
import { calendarOf } from "./calendar/calendar.server.ts";
import { ShopNotReady, StartsAnew } from "./errors.ts";
import { orRefuse } from "./http/respond.server.ts";
import { warehouse } from "./process/runtime.server.ts";
import { type PageKind, type UserState, userState, withChoices } from "./reports/choices.server.ts";
import { knownParameters, localeIn, type Parameters } from "./reports/parameters.ts";
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
  /** What of the reader's choices the address may leave out; null: there are none. */
  kind: PageKind | null;
  view: (shop: ReportedShop, params: URLSearchParams, user: UserState) => Promise<View>;
}

/** A report's page; without figures while the shop has none. Sends to the fuller address where choices are remembered. */
export async function pageOf<View>(request: Request, { shop: domain, kind, view: viewOf }: Asked<View>) {
  const params = new URL(request.url).searchParams;
  const at = { locale: readLocale(params.get("locale")), now: new Date() };
  return orRefuse(async () => {
    const [user, calendar] = await Promise.all([userState(request, domain, at.now), calendarOf(domain)]);
    const page = async (copy: ShopView | null): Promise<PageOf<View>> => {
      const shop = reportedShop(copy, { ...at, calendar });
      const full =
        shop &&
        kind &&
        (await withChoices(
          request,
          { shop: domain, page: kind, today: shop.today, business: shop.business },
          user,
        ));
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

type Known = Parameters & { single: readonly string[] };
type Answer<T> = (shop: ReportedShop, params: URLSearchParams) => Promise<T>;

async function inOneState<T>(domain: string, locale: string, params: URLSearchParams, answer: Answer<T>) {
  const calendar = await calendarOf(domain);
  return inOneView((await warehouse()).of(domain), async (view) => {
    const shop = reportedShop(view, { locale, now: new Date(), calendar });
    if (shop === null) throw new ShopNotReady(domain);
    return answer(shop, params);
  });
}

type Asking = Pick<Request, "url">;

/** What a script is answered of an address with these parameters. Throws BadInput, ShopNotReady, and what the answer does. */
export async function answerOf<T>(
  request: Asking,
  domain: string,
  known: Known,
  answer: Answer<T>,
): Promise<T> {
  const params = knownParameters(request, known);
  const locale = known.single.includes("locale") ? readLocale(localeIn(params)) : "en";
  return inOneState(domain, locale, params, answer);
}

/** The same of a file, whose numbers may be written for the reader's country. */
export async function fileOf<T>(request: Asking, domain: string, known: Known, file: Answer<T>): Promise<T> {
  const params = knownParameters(request, known);
  return inOneState(domain, localeIn(params), params, file);
}
