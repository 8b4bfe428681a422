// Home: how the segments do, what changed, and whether it could be chance.
import { type LoaderFunctionArgs, redirect } from "@remix-run/node";
import { type ClientLoaderFunctionArgs, useLoaderData } from "@remix-run/react";
import { TitleBar } from "@shopify/app-bridge-react";
import { userState, withChoices } from "../reports/choices.server.ts";
import { useWords } from "../components/bits/language.ts";
import { orLast, useOffline } from "../components/bits/offline.tsx";
import { HomePage } from "../components/pages/home-page.tsx";
import { titled } from "../components/router.ts";
import { ShopNotReady, StartsAnew } from "../errors.ts";
import { keptWeeks } from "../findings/findings.server.ts";
import { findingsCard } from "../reports/findings.server.ts";
import { homeView } from "../reports/home.server.ts";
import { reportedShop } from "../reports/shop.server.ts";
import { syncStatusView } from "../reports/sync-status.server.ts";
import { readLocale } from "../reports/wording.server.ts";
import { orRefuse } from "../http/respond.server.ts";
import { warehouse } from "../process/runtime.server.ts";
import { authenticate } from "../shopify.server.ts";
import { syncState } from "../sync/sync.server.ts";
import { inOneView } from "../warehouse/view.ts";
import type { ShopView } from "../warehouse/warehouse.server.ts";

export const meta = titled(({ say }) => say("common.home"));

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const params = new URL(request.url).searchParams;
  const at = { locale: readLocale(params.get("locale")), now: new Date() };
  return orRefuse(async () => {
    const user = await userState(request, session.shop, at.now);
    const page = async (view: ShopView | null) => {
      const shop = reportedShop(view, at);
      const full =
        shop && (await withChoices(request, { shop: session.shop, page: "home", today: shop.today }, user));
      if (full !== null) throw redirect(full);
      const [state, home, [newest]] = await Promise.all([
        syncState(session.shop, view?.meta ?? null),
        shop && homeView(shop, params),
        keptWeeks(session.shop, { take: 1 }),
      ]);
      return {
        locale: at.locale,
        where: shop ? `${session.shop}, ${shop.place.timeZone}` : session.shop,
        dismissed: user.dismissed,
        status: syncStatusView(state, shop?.meta ?? null, at),
        home,
        changed: shop && home && (await findingsCard(shop, newest)),
      };
    };
    return inOneView((await warehouse()).of(session.shop), page).catch((error: unknown) => {
      // The copy went while it was read, to be made anew: the page says so, as it does before the first orders.
      if (error instanceof ShopNotReady || error instanceof StartsAnew) return page(null);
      throw error;
    });
  }, at);
}

export const clientLoader = ({ request, serverLoader }: ClientLoaderFunctionArgs) =>
  orLast(request, () => serverLoader<typeof loader>());

export default function Home() {
  const data = useLoaderData<typeof loader>();
  const offline = useOffline(data);
  const { say } = useWords();
  return (
    <>
      <TitleBar title={say("common.home")} />
      <HomePage {...data} offline={offline} />
    </>
  );
}
