// One segment: what it is, its KPIs, its trend, its members.
import { type LoaderFunctionArgs, type MetaFunction, redirect } from "@remix-run/node";
import { type ClientLoaderFunctionArgs, useLoaderData } from "@remix-run/react";
import { TitleBar } from "@shopify/app-bridge-react";
import { calendarOf } from "../calendar/calendar.server.ts";
import { userState, withChoices } from "../reports/choices.server.ts";
import { orLast, useOffline } from "../components/bits/offline.tsx";
import { SegmentPage } from "../components/pages/segment-page.tsx";
import { ShopNotReady, UnknownSegmentation } from "../errors.ts";
import { segmentPath, segmentView } from "../reports/segment.server.ts";
import { reportedShop } from "../reports/shop.server.ts";
import { syncStatusView } from "../reports/sync-status.server.ts";
import { readLocale } from "../reports/wording.server.ts";
import { orRefuse } from "../http/respond.server.ts";
import { warehouse } from "../process/runtime.server.ts";
import { authenticate } from "../shopify.server.ts";
import { syncState } from "../sync/sync.server.ts";
import { inOneView } from "../warehouse/view.ts";
import { APP_NAME } from "../words/screen.ts";

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: data?.view.label ?? APP_NAME }];

export async function loader({ request, params: given }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const path = segmentPath.safeParse(given);
  const params = new URL(request.url).searchParams;
  const at = { locale: readLocale(params.get("locale")), now: new Date() };
  return orRefuse(async () => {
    const { data: names } = path;
    if (names === undefined) throw new UnknownSegmentation(given.segmentation?.slice(0, 40) ?? "");
    const [user, calendar] = await Promise.all([
      userState(request, session.shop, at.now),
      calendarOf(session.shop),
    ]);
    return inOneView((await warehouse()).of(session.shop), async (view) => {
      const shop = reportedShop(view, { ...at, calendar });
      if (shop === null) throw new ShopNotReady(session.shop);
      const asked = { shop: session.shop, page: "segment", today: shop.today } as const;
      const full = await withChoices(request, asked, user);
      if (full !== null) throw redirect(full);
      const [state, segment] = await Promise.all([
        syncState(session.shop, shop.meta),
        segmentView(shop, names, params),
      ]);
      return {
        locale: at.locale,
        where: `${session.shop}, ${shop.place.timeZone}`,
        dismissed: user.dismissed,
        status: syncStatusView(state, shop.meta, at),
        view: segment,
      };
    });
  }, at);
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
