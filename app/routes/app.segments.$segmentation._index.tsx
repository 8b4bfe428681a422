// One way of grouping, with its segments.
import type { LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { type ClientLoaderFunctionArgs, useLoaderData } from "@remix-run/react";
import { orLast } from "../components/bits/offline.tsx";
import { SegmentationPage } from "../components/pages/segmentation-page.tsx";
import { segmentationView } from "../reports/segmentation.server.ts";
import { Reported } from "../components/frame/reported.tsx";
import { pageOf } from "../page.server.ts";
import { authenticate } from "../shopify.server.ts";
import { APP_NAME } from "../words/screen.ts";

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: data?.view?.label ?? APP_NAME }];

export async function loader({ request, params: given }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  return pageOf(request, {
    shop: session.shop,
    kind: "table",
    view: (shop, params) => segmentationView(shop, given.segmentation ?? "", params),
  });
}

export const clientLoader = ({ request, serverLoader }: ClientLoaderFunctionArgs) =>
  orLast(request, () => serverLoader<typeof loader>());

export default function Segmentation() {
  const data = useLoaderData<typeof loader>();
  return <Reported data={data} title={data.view?.label ?? APP_NAME} page={SegmentationPage} />;
}
