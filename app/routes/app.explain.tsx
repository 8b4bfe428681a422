// How a figure came about: its sum with its own numbers, what is left out, and the rows behind it.
import { type LoaderFunctionArgs, type MetaFunction, redirect } from "@remix-run/node";
import { type ClientLoaderFunctionArgs, useLoaderData } from "@remix-run/react";
import { TitleBar } from "@shopify/app-bridge-react";
import { orLast, useOffline } from "../components/bits/offline.tsx";
import { ExplainPage } from "../components/pages/explain-page.tsx";
import { ShopNotReady } from "../errors.ts";
import { orRefuse } from "../http/respond.server.ts";
import { warehouse } from "../process/runtime.server.ts";
import { userState, withChoices } from "../reports/choices.server.ts";
import { explainView } from "../reports/explain.server.ts";
import { reportedShop } from "../reports/shop.server.ts";
import { syncStatusView } from "../reports/sync-status.server.ts";
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
    const user = await userState(request, session.shop, at.now);
    return inOneView((await warehouse()).of(session.shop), async (view) => {
      const shop = reportedShop(view, at);
      if (shop === null) throw new ShopNotReady(session.shop);
      // Its own order of rows is no choice of the table of segments.
      const asked = { shop: session.shop, page: "segment", today: shop.today } as const;
      const full = await withChoices(request, asked, user);
      if (full !== null) throw redirect(full);
      const [state, explained] = await Promise.all([
        syncState(session.shop, shop.meta),
        explainView(shop, params),
      ]);
      return {
        locale: at.locale,
        where: `${session.shop}, ${shop.place.timeZone}`,
        dismissed: user.dismissed,
        status: syncStatusView(state, shop.meta, at),
        view: explained,
      };
    });
  }, at);
}

export const clientLoader = ({ request, serverLoader }: ClientLoaderFunctionArgs) =>
  orLast(request, () => serverLoader<typeof loader>());

export default function Explain() {
  const data = useLoaderData<typeof loader>();
  const offline = useOffline(data);
  return (
    <>
      <TitleBar title={data.view.title} />
      <ExplainPage {...data} offline={offline} />
    </>
  );
}
