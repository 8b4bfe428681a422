// Pages that the shop has named, and what can be taken away of the app.
import type { LoaderFunctionArgs } from "@remix-run/node";
import { type ClientLoaderFunctionArgs, useLoaderData } from "@remix-run/react";
import { TitleBar } from "@shopify/app-bridge-react";
import { useWords } from "../components/bits/language.ts";
import { orLast, useOffline } from "../components/bits/offline.tsx";
import { ReportsPage } from "../components/pages/reports-page.tsx";
import { titled } from "../components/router.ts";
import { savedViews } from "../reports/saved-views.server.ts";
import { readLocale } from "../reports/wording.server.ts";
import { orRefuse } from "../http/respond.server.ts";
import { authenticate } from "../shopify.server.ts";

export const meta = titled(({ say }) => say("menu.reports"));

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const at = { locale: readLocale(new URL(request.url).searchParams.get("locale")) };
  return orRefuse(() => savedViews(session.shop, new Date(), at), at);
}

export const clientLoader = ({ request, serverLoader }: ClientLoaderFunctionArgs) =>
  orLast(request, () => serverLoader<typeof loader>());

export default function Reports() {
  const data = useLoaderData<typeof loader>();
  const offline = useOffline(data);
  const { say } = useWords();
  return (
    <>
      <TitleBar title={say("menu.reports")} />
      <ReportsPage {...data} offline={offline} />
    </>
  );
}
