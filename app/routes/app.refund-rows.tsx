// The orders behind what was given back of what was sold in a month.
import type { LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { type ClientLoaderFunctionArgs, useLoaderData } from "@remix-run/react";
import { orLast } from "../components/bits/offline.tsx";
import { Reported } from "../components/frame/reported.tsx";
import { RefundRowsPage } from "../components/pages/refund-rows-page.tsx";
import { pageOf } from "../page.server.ts";
import { refundRowsView } from "../reports/refund-rows.server.ts";
import { authenticate } from "../shopify.server.ts";
import { APP_NAME } from "../words/screen.ts";

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: data?.view?.title ?? APP_NAME }];

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  return pageOf(request, { shop: session.shop, kind: null, view: refundRowsView });
}

export const clientLoader = ({ request, serverLoader }: ClientLoaderFunctionArgs) =>
  orLast(request, () => serverLoader<typeof loader>());

export default function RefundRows() {
  const data = useLoaderData<typeof loader>();
  return <Reported data={data} title={data.view?.title ?? APP_NAME} page={RefundRowsPage} />;
}
