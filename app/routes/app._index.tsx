// Home: how the segments do, what changed, and whether it could be chance.
import { type LoaderFunctionArgs, type MetaFunction, redirect } from "@remix-run/node";
import { type ClientLoaderFunctionArgs, useLoaderData } from "@remix-run/react";
import { TitleBar } from "@shopify/app-bridge-react";
import { userState, withChoices } from "../choices.server.ts";
import { orLast, useOffline } from "../components/offline.tsx";
import { HomePage } from "../components/home-page.tsx";
import { homeView } from "../reports/home.server.ts";
import { inItsCurrency, reportedShop } from "../reports/shop.server.ts";
import { syncStatusView } from "../reports/sync-status.server.ts";
import { readLocale } from "../reports/wording.server.ts";
import { orRefuse } from "../respond.server.ts";
import { warehouse } from "../runtime.server.ts";
import { authenticate } from "../shopify.server.ts";
import { syncState } from "../sync/sync.server.ts";

export const meta: MetaFunction = () => [{ title: "Home" }];

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const params = new URL(request.url).searchParams;
  const at = { locale: readLocale(params.get("locale")), now: new Date() };
  return orRefuse(async () => {
    const [shop, state] = await Promise.all([
      reportedShop(await warehouse(), session.shop, at),
      syncState(session.shop),
    ]);
    const user = await userState(request, session.shop, at.now);
    const full =
      shop && (await withChoices(request, { shop: session.shop, page: "home", today: shop.today }, user));
    if (full !== null) throw redirect(full);
    return {
      locale: at.locale,
      where: shop ? `${session.shop}, ${shop.place.timeZone}` : session.shop,
      dismissed: user.dismissed,
      status: syncStatusView(state, shop?.meta ?? null, at),
      home: shop && (await inItsCurrency(shop, homeView(shop, params))),
    };
  });
}

export const clientLoader = ({ request, serverLoader }: ClientLoaderFunctionArgs) =>
  orLast(request, () => serverLoader<typeof loader>());

export default function Home() {
  const data = useLoaderData<typeof loader>();
  const offline = useOffline(data);
  return (
    <>
      <TitleBar title="Home" />
      <HomePage {...data} offline={offline} />
    </>
  );
}
