// The library of KPIs.
import type { LoaderFunctionArgs, ActionFunctionArgs } from "@remix-run/node";
import { type ClientLoaderFunctionArgs, useLoaderData } from "@remix-run/react";
import { useWords } from "../components/bits/language.ts";
import { orLast } from "../components/bits/offline.tsx";
import { KpiLibraryPage } from "../components/pages/kpi-library-page.tsx";
import { BadInput } from "../errors.ts";
import { formOf } from "../http/body.server.ts";
import { orRefuse } from "../http/respond.server.ts";
import { pin, userState } from "../reports/choices.server.ts";
import { kpiLibrary } from "../reports/kpi-library.server.ts";
import { readLocale } from "../reports/wording.server.ts";
import { z } from "zod";
import { titled } from "../components/router.ts";
import { Reported } from "../components/frame/reported.tsx";
import { pageOf } from "../page.server.ts";
import { authenticate } from "../shopify.server.ts";

export const meta = titled(({ say }) => say("kpiPages.title"));

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  return pageOf(request, {
    shop: session.shop,
    kind: "kpi",
    view: kpiLibrary,
  });
}

const pinning = z.object({ kpi: z.string(), pinned: z.enum(["0", "1"]) });

/** Pins a KPI to Home, or takes its pin away. */
export async function action({ request }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const at = { locale: readLocale(new URL(request.url).searchParams.get("locale")) };
  const asked = pinning.safeParse(await formOf(request));
  return orRefuse(async () => {
    if (!asked.success) throw new BadInput('Expected "kpi", and "pinned" as 0 or 1.');
    const { kpi, pinned } = asked.data;
    await pin(session.shop, await userState(request, session.shop, new Date()), kpi, pinned === "1");
    return { pinned: pinned === "1" };
  }, at);
}

export const clientLoader = ({ request, serverLoader }: ClientLoaderFunctionArgs) =>
  orLast(request, () => serverLoader<typeof loader>());

export default function Kpis() {
  const data = useLoaderData<typeof loader>();
  const { say } = useWords();
  return <Reported data={data} title={say("kpiPages.title")} page={KpiLibraryPage} />;
}
