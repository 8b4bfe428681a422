// One segment: what it is, its KPIs, its trend, its members.
import type { LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { type ClientLoaderFunctionArgs, useLoaderData } from "@remix-run/react";
import { orLast } from "../components/bits/offline.tsx";
import { SegmentPage } from "../components/pages/segment-page.tsx";
import { UnknownSegmentation } from "../errors.ts";
import { Reported } from "../components/frame/reported.tsx";
import { pageOf } from "../page.server.ts";
import { segmentPath, segmentView } from "../reports/segment.server.ts";
import { authenticate } from "../shopify.server.ts";
import { APP_NAME } from "../words/screen.ts";

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: data?.view?.label ?? APP_NAME }];

export async function loader({ request, params: given }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const path = segmentPath.safeParse(given);
  return pageOf(request, {
    shop: session.shop,
    kind: "days",
    view: async (shop, params) => {
      if (path.data === undefined) throw new UnknownSegmentation(given.segmentation?.slice(0, 40) ?? "");
      return segmentView(shop, path.data, params);
    },
  });
}

export const clientLoader = ({ request, serverLoader }: ClientLoaderFunctionArgs) =>
  orLast(request, () => serverLoader<typeof loader>());

export default function Segment() {
  const data = useLoaderData<typeof loader>();
  return <Reported data={data} title={data.view?.label ?? APP_NAME} page={SegmentPage} />;
}
