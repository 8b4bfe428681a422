// Home: how the segments do, what changed, and whether it could be chance.
import type { LoaderFunctionArgs } from "@remix-run/node";
import { type ClientLoaderFunctionArgs, useLoaderData } from "@remix-run/react";
import { TitleBar } from "@shopify/app-bridge-react";
import { useWords } from "../components/bits/language.ts";
import { orLast, useOffline } from "../components/bits/offline.tsx";
import { HomePage } from "../components/pages/home-page.tsx";
import { titled } from "../components/router.ts";
import { keptDays, keptWeeks } from "../findings/findings.server.ts";
import { pageOf } from "../page.server.ts";
import { pinsOf } from "../reports/choices.server.ts";
import { findingsCard } from "../reports/findings.server.ts";
import { followedIn, followedViews } from "../reports/followed.server.ts";
import { homeView } from "../reports/home.server.ts";
import { authenticate } from "../shopify.server.ts";

export const meta = titled(({ say }) => say("common.home"));

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  return pageOf(request, {
    shop: session.shop,
    kind: "table",
    view: async (shop, params, user) => {
      const [home, followed, [newest], days] = await Promise.all([
        homeView(shop, params, pinsOf(user)),
        followedViews(shop, params, followedIn(user)),
        keptWeeks(session.shop, { take: 1 }),
        keptDays(session.shop),
      ]);
      return { ...home, followed, changed: await findingsCard(shop, newest, days) };
    },
  });
}

export const clientLoader = ({ request, serverLoader }: ClientLoaderFunctionArgs) =>
  orLast(request, () => serverLoader<typeof loader>());

export default function Home() {
  const data = useLoaderData<typeof loader>();
  const offline = useOffline(data);
  const { say } = useWords();
  return (
    <>
      <TitleBar title={say("common.home")} />
      <HomePage {...data} offline={offline} />
    </>
  );
}
