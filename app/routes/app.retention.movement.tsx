// Who moved between the segments of two days.
import type { LoaderFunctionArgs } from "@remix-run/node";
import { type ClientLoaderFunctionArgs, useLoaderData } from "@remix-run/react";
import { useWords } from "../components/bits/language.ts";
import { orLast } from "../components/bits/offline.tsx";
import { Reported } from "../components/frame/reported.tsx";
import { MovementPage } from "../components/pages/movement-page.tsx";
import { titled } from "../components/router.ts";
import { pageOf } from "../page.server.ts";
import { movementView } from "../reports/movement.server.ts";
import { authenticate } from "../shopify.server.ts";

export const meta = titled(({ say }) => say("movementPage.title"));

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  return pageOf(request, { shop: session.shop, kind: "kpi", view: movementView });
}

export const clientLoader = ({ request, serverLoader }: ClientLoaderFunctionArgs) =>
  orLast(request, () => serverLoader<typeof loader>());

export default function Movement() {
  const data = useLoaderData<typeof loader>();
  const { say } = useWords();
  return <Reported data={data} title={say("movementPage.title")} page={MovementPage} />;
}
