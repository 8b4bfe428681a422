// What changed, week by week, and which days stand out: what is unlikely to be chance, and what was looked at.
import type { LoaderFunctionArgs } from "@remix-run/node";
import { type ClientLoaderFunctionArgs, useLoaderData } from "@remix-run/react";
import { useWords } from "../components/bits/language.ts";
import { orLast } from "../components/bits/offline.tsx";
import { Reported } from "../components/frame/reported.tsx";
import { FindingsPage } from "../components/pages/findings-page.tsx";
import { titled } from "../components/router.ts";
import { keptDays, keptWeeks } from "../findings/findings.server.ts";
import { pageOf } from "../page.server.ts";
import { findingsView, pageIn, WEEKS_A_PAGE } from "../reports/findings.server.ts";
import { authenticate } from "../shopify.server.ts";

export const meta = titled(({ say }) => say("findingsPage.title"));

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  return pageOf(request, {
    shop: session.shop,
    kind: null,
    view: async (shop, params) => {
      const page = pageIn(params);
      const skip = (page - 1) * WEEKS_A_PAGE;
      const [weeks, days] = await Promise.all([
        keptWeeks(session.shop, { skip, take: WEEKS_A_PAGE + 1 }),
        keptDays(session.shop),
      ]);
      return findingsView(shop, weeks, days, page);
    },
  });
}

export const clientLoader = ({ request, serverLoader }: ClientLoaderFunctionArgs) =>
  orLast(request, () => serverLoader<typeof loader>());

export default function Findings() {
  const data = useLoaderData<typeof loader>();
  const { say } = useWords();
  return <Reported data={data} title={say("findingsPage.title")} page={FindingsPage} />;
}
