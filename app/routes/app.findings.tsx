// What changed, week by week: what is unlikely to be chance, and what was looked at.
import { type LoaderFunctionArgs } from "@remix-run/node";
import { type ClientLoaderFunctionArgs, useLoaderData } from "@remix-run/react";
import { TitleBar } from "@shopify/app-bridge-react";
import { useWords } from "../components/bits/language.ts";
import { orLast, useOffline } from "../components/bits/offline.tsx";
import { FindingsPage } from "../components/pages/findings-page.tsx";
import { titled } from "../components/router.ts";
import { ShopNotReady } from "../errors.ts";
import { keptWeeks } from "../findings/findings.server.ts";
import { orRefuse } from "../http/respond.server.ts";
import { warehouse } from "../process/runtime.server.ts";
import { userState } from "../reports/choices.server.ts";
import { findingsView, pageIn, WEEKS_A_PAGE } from "../reports/findings.server.ts";
import { reportedShop } from "../reports/shop.server.ts";
import { syncStatusView } from "../reports/sync-status.server.ts";
import { readLocale } from "../reports/wording.server.ts";
import { authenticate } from "../shopify.server.ts";
import { syncState } from "../sync/sync.server.ts";
import { inOneView } from "../warehouse/view.ts";

export const meta = titled(({ say }) => say("findingsPage.title"));

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const params = new URL(request.url).searchParams;
  const at = { locale: readLocale(params.get("locale")), now: new Date() };
  return orRefuse(async () => {
    const user = await userState(request, session.shop, at.now);
    const page = pageIn(params);
    const skip = (page - 1) * WEEKS_A_PAGE;
    return inOneView((await warehouse()).of(session.shop), async (view) => {
      const shop = reportedShop(view, at);
      if (shop === null) throw new ShopNotReady(session.shop);
      const weeks = await keptWeeks(session.shop, { skip, take: WEEKS_A_PAGE + 1 });
      const [state, findings] = await Promise.all([
        syncState(session.shop, shop.meta),
        findingsView(shop, weeks, page),
      ]);
      return {
        locale: at.locale,
        dismissed: user.dismissed,
        status: syncStatusView(state, shop.meta, at),
        view: findings,
      };
    });
  }, at);
}

export const clientLoader = ({ request, serverLoader }: ClientLoaderFunctionArgs) =>
  orLast(request, () => serverLoader<typeof loader>());

export default function Findings() {
  const data = useLoaderData<typeof loader>();
  const offline = useOffline(data);
  const { say } = useWords();
  return (
    <>
      <TitleBar title={say("findingsPage.title")} />
      <FindingsPage {...data} offline={offline} />
    </>
  );
}
