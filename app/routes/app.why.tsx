// Why a figure moved: its parts, the groups and customers behind them, and what stands out.
import type { LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { type ClientLoaderFunctionArgs, useLoaderData } from "@remix-run/react";
import { orLast } from "../components/bits/offline.tsx";
import { WhyPage } from "../components/pages/why-page.tsx";
import { Reported } from "../components/frame/reported.tsx";
import { pageOf } from "../page.server.ts";
import { whyView } from "../reports/why.server.ts";
import { authenticate } from "../shopify.server.ts";
import { APP_NAME } from "../words/screen.ts";

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: data?.view?.title ?? APP_NAME }];

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  return pageOf(request, { shop: session.shop, kind: "table", view: whyView });
}

export const clientLoader = ({ request, serverLoader }: ClientLoaderFunctionArgs) =>
  orLast(request, () => serverLoader<typeof loader>());

export default function Why() {
  const data = useLoaderData<typeof loader>();
  return <Reported data={data} title={data.view?.title ?? APP_NAME} page={WhyPage} />;
}
