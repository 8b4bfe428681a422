// One segment: what it is, its KPIs, its trend, its members.
import { type LoaderFunctionArgs, type MetaFunction, redirect } from "@remix-run/node";
import { type ClientLoaderFunctionArgs, useLoaderData } from "@remix-run/react";
import { TitleBar } from "@shopify/app-bridge-react";
import { z } from "zod";
import { userState, withChoices } from "../choices.server.ts";
import { orLast, useOffline } from "../components/offline.tsx";
import { SegmentPage } from "../components/segment-page.tsx";
import { ShopNotReady, UnknownSegmentation } from "../errors.ts";
import { isSegmentationId } from "../kpis/catalogue.ts";
import { segmentView } from "../reports/segment.server.ts";
import { inItsCurrency, reportedShop } from "../reports/shop.server.ts";
import { syncStatusView } from "../reports/sync-status.server.ts";
import { readLocale } from "../reports/wording.server.ts";
import { orRefuse } from "../respond.server.ts";
import { warehouse } from "../runtime.server.ts";
import { authenticate } from "../shopify.server.ts";
import { syncState } from "../sync/sync.server.ts";

const pathSchema = z.object({
  segmentation: z.string().refine(isSegmentationId),
  segment: z.string(),
});

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: data?.view.label ?? "Segment KPIs" },
];

export async function loader({ request, params: given }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const path = pathSchema.safeParse(given);
  const params = new URL(request.url).searchParams;
  const at = { locale: readLocale(params.get("locale")), now: new Date() };
  return orRefuse(async () => {
    const [shop, state] = await Promise.all([
      reportedShop(await warehouse(), session.shop, at),
      syncState(session.shop),
    ]);
    if (!path.success) throw new UnknownSegmentation(given.segmentation?.slice(0, 40) ?? "");
    if (shop === null) throw new ShopNotReady(session.shop);
    const user = await userState(request, session.shop, at.now);
    const asked = { shop: session.shop, page: "segment", today: shop.today } as const;
    const full = await withChoices(request, asked, user);
    if (full !== null) throw redirect(full);
    return {
      locale: at.locale,
      where: `${session.shop}, ${shop.place.timeZone}`,
      dismissed: user.dismissed,
      status: syncStatusView(state, shop.meta, at),
      view: await inItsCurrency(shop, segmentView(shop, path.data, params)),
    };
  });
}

export const clientLoader = ({ request, serverLoader }: ClientLoaderFunctionArgs) =>
  orLast(request, () => serverLoader<typeof loader>());

export default function Segment() {
  const data = useLoaderData<typeof loader>();
  const offline = useOffline(data);
  return (
    <>
      <TitleBar title={data.view.label} />
      <SegmentPage {...data} offline={offline} />
    </>
  );
}
