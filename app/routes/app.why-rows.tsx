// The rows behind a part of why a figure moved.
import type { LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { type ClientLoaderFunctionArgs, useLoaderData } from "@remix-run/react";
import { orLast } from "../components/bits/offline.tsx";
import { Reported } from "../components/frame/reported.tsx";
import { WhyRowsPage } from "../components/pages/why-rows-page.tsx";
import { pageOf } from "../page.server.ts";
import { whyRowsView } from "../reports/why-rows.server.ts";
import { authenticate } from "../shopify.server.ts";
import { APP_NAME } from "../words/screen.ts";

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: data?.view?.title ?? APP_NAME }];

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  // Its own order of rows is no choice of the table of segments.
  return pageOf(request, { shop: session.shop, kind: "days", view: whyRowsView });
}

export const clientLoader = ({ request, serverLoader }: ClientLoaderFunctionArgs) =>
  orLast(request, () => serverLoader<typeof loader>());

export default function WhyRows() {
  const data = useLoaderData<typeof loader>();
  return <Reported data={data} title={data.view?.title ?? APP_NAME} page={WhyRowsPage} />;
}
