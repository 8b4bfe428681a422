// One KPI.
import type { LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { type ClientLoaderFunctionArgs, useLoaderData } from "@remix-run/react";
import { orLast } from "../components/bits/offline.tsx";
import { KpiPage } from "../components/pages/kpi-page.tsx";
import { isFollowed } from "../reports/followed.server.ts";
import { kpiView } from "../reports/kpi.server.ts";
import { Reported } from "../components/frame/reported.tsx";
import { pageOf } from "../page.server.ts";
import { authenticate } from "../shopify.server.ts";
import { APP_NAME } from "../words/screen.ts";

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: data?.view?.label ?? APP_NAME }];

export async function loader({ request, params: given }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  return pageOf(request, {
    shop: session.shop,
    kind: "kpi",
    view: async (shop, params, user) => {
      const view = await kpiView(shop, given.kpi ?? "", params);
      const { kpi, segment } = view;
      return { ...view, followed: segment === null ? null : isFollowed(user, { kpi, segment }) };
    },
  });
}

export const clientLoader = ({ request, serverLoader }: ClientLoaderFunctionArgs) =>
  orLast(request, () => serverLoader<typeof loader>());

export default function Kpi() {
  const data = useLoaderData<typeof loader>();
  return <Reported data={data} title={data.view?.label ?? APP_NAME} page={KpiPage} />;
}
