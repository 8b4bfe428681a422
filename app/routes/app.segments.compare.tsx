// Segments side by side.
import type { LoaderFunctionArgs } from "@remix-run/node";
import { type ClientLoaderFunctionArgs, useLoaderData } from "@remix-run/react";
import { useWords } from "../components/bits/language.ts";
import { orLast } from "../components/bits/offline.tsx";
import { ComparePage } from "../components/pages/compare-page.tsx";
import { compareView } from "../reports/compare.server.ts";
import { titled } from "../components/router.ts";
import { Reported } from "../components/frame/reported.tsx";
import { pageOf } from "../page.server.ts";
import { authenticate } from "../shopify.server.ts";

export const meta = titled(({ say }) => say("comparePage.title"));

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  return pageOf(request, {
    shop: session.shop,
    kind: "days",
    view: compareView,
  });
}

export const clientLoader = ({ request, serverLoader }: ClientLoaderFunctionArgs) =>
  orLast(request, () => serverLoader<typeof loader>());

export default function Compare() {
  const data = useLoaderData<typeof loader>();
  const { say } = useWords();
  return <Reported data={data} title={say("comparePage.title")} page={ComparePage} />;
}
