// Privacy: what Shopify asked for on behalf of customers, how long orders are kept, and what the app holds at all.
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { type ClientLoaderFunctionArgs, useLoaderData } from "@remix-run/react";
import { TitleBar } from "@shopify/app-bridge-react";
import { z } from "zod";
import { formOf } from "../body.server.ts";
import { orLast, useOffline } from "../components/offline.tsx";
import { PrivacyPage } from "../components/privacy-page.tsx";
import { db } from "../db.server.ts";
import { BadInput } from "../errors.ts";
import { enqueue } from "../jobs/queue.server.ts";
import { expiryOf, requestsOf } from "../privacy/requests.server.ts";
import { privacyView, RETENTIONS } from "../reports/privacy.server.ts";
import { readLocale } from "../reports/wording.server.ts";
import { orRefuse } from "../respond.server.ts";
import { warehouse } from "../runtime.server.ts";
import { authenticate } from "../shopify.server.ts";

export const meta: MetaFunction = () => [{ title: "Privacy" }];

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const locale = readLocale(new URL(request.url).searchParams.get("locale"));
  return orRefuse(async () => {
    const [row, requests, shopMeta] = await Promise.all([
      db.shop.findUnique({ where: { domain: session.shop } }),
      requestsOf(db, session.shop, new Date()),
      warehouse().then((open) => open.meta(session.shop)),
    ]);
    return privacyView(
      {
        requests: requests.map((each) => ({ ...each, expiresAt: expiryOf(each) })),
        keepMonths: row?.keepMonths ?? null,
        meta: shopMeta,
      },
      { locale, timeZone: row?.timeZone ?? "UTC" },
    );
  });
}

const choice = z.object({
  keep: z
    .string()
    .transform((text) => (text === "all" ? null : Number(text)))
    .pipe(z.literal(RETENTIONS)),
});

export async function action({ request }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const { shop } = session;
  const asked = choice.safeParse(await formOf(request));
  return orRefuse(async () => {
    if (!asked.success) throw new BadInput("Expected keep to be all, or a number of months from the list.");
    await db.shop.update({ where: { domain: shop }, data: { keepMonths: asked.data.keep } });
    await enqueue("retention", { shop });
    return { message: "Saved" };
  });
}

export const clientLoader = ({ request, serverLoader }: ClientLoaderFunctionArgs) =>
  orLast(request, () => serverLoader<typeof loader>());

export default function Privacy() {
  const data = useLoaderData<typeof loader>();
  const offline = useOffline(data);
  return (
    <>
      <TitleBar title="Privacy" />
      <PrivacyPage {...data} offline={offline} />
    </>
  );
}
