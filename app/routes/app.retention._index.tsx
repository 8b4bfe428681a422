// Whether customers come back: cohorts, second orders, and the retention KPIs.
import type { LoaderFunctionArgs } from "@remix-run/node";
import { type ClientLoaderFunctionArgs, useLoaderData } from "@remix-run/react";
import { useWords } from "../components/bits/language.ts";
import { orLast } from "../components/bits/offline.tsx";
import { CohortsPage } from "../components/pages/cohorts-page.tsx";
import { cohortsView } from "../reports/cohorts.server.ts";
import { titled } from "../components/router.ts";
import { Reported } from "../components/frame/reported.tsx";
import { pageOf } from "../page.server.ts";
import { authenticate } from "../shopify.server.ts";

export const meta = titled(({ say }) => say("menu.retention"));

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  return pageOf(request, { shop: session.shop, kind: "kpi", view: cohortsView });
}

export const clientLoader = ({ request, serverLoader }: ClientLoaderFunctionArgs) =>
  orLast(request, () => serverLoader<typeof loader>());

export default function Retention() {
  const data = useLoaderData<typeof loader>();
  const { say } = useWords();
  return <Reported data={data} title={say("menu.retention")} page={CohortsPage} />;
}
