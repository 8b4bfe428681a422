// Why a figure moved: its parts, the groups and customers behind them, and what stands out.
import { type LoaderFunctionArgs, type MetaFunction, redirect } from "@remix-run/node";
import { type ClientLoaderFunctionArgs, useLoaderData } from "@remix-run/react";
import { TitleBar } from "@shopify/app-bridge-react";
import { calendarOf } from "../calendar/calendar.server.ts";
import { orLast, useOffline } from "../components/bits/offline.tsx";
import { WhyPage } from "../components/pages/why-page.tsx";
import { ShopNotReady } from "../errors.ts";
import { orRefuse } from "../http/respond.server.ts";
import { warehouse } from "../process/runtime.server.ts";
import { userState, withChoices } from "../reports/choices.server.ts";
import { reportedShop } from "../reports/shop.server.ts";
import { syncStatusView } from "../reports/sync-status.server.ts";
import { whyView } from "../reports/why.server.ts";
import { readLocale } from "../reports/wording.server.ts";
import { authenticate } from "../shopify.server.ts";
import { syncState } from "../sync/sync.server.ts";
import { inOneView } from "../warehouse/view.ts";
import { APP_NAME } from "../words/screen.ts";

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: data?.view.title ?? APP_NAME }];

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const params = new URL(request.url).searchParams;
  const at = { locale: readLocale(params.get("locale")), now: new Date() };
  return orRefuse(async () => {
    const [user, calendar] = await Promise.all([
      userState(request, session.shop, at.now),
      calendarOf(session.shop),
    ]);
    return inOneView((await warehouse()).of(session.shop), async (view) => {
      const shop = reportedShop(view, { ...at, calendar });
      if (shop === null) throw new ShopNotReady(session.shop);
      const asked = { shop: session.shop, page: "home", today: shop.today } as const;
      const full = await withChoices(request, asked, user);
      if (full !== null) throw redirect(full);
      const [state, why] = await Promise.all([syncState(session.shop, shop.meta), whyView(shop, params)]);
      return {
        locale: at.locale,
        where: `${session.shop}, ${shop.place.timeZone}`,
        dismissed: user.dismissed,
        status: syncStatusView(state, shop.meta, at),
        view: why,
      };
    });
  }, at);
}

export const clientLoader = ({ request, serverLoader }: ClientLoaderFunctionArgs) =>
  orLast(request, () => serverLoader<typeof loader>());

export default function Why() {
  const data = useLoaderData<typeof loader>();
  const offline = useOffline(data);
  return (
    <>
      <TitleBar title={data.view.title} />
      <WhyPage {...data} offline={offline} />
    </>
  );
}
