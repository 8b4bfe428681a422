// Privacy: what Shopify asked for on behalf of customers, how long orders are kept, and what the app holds at all.
import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { type ClientLoaderFunctionArgs, useLoaderData } from "@remix-run/react";
import { TitleBar } from "@shopify/app-bridge-react";
import { z } from "zod";
import { formOf } from "../http/body.server.ts";
import { useWords } from "../components/bits/language.ts";
import { orLast, useOffline } from "../components/bits/offline.tsx";
import { PrivacyPage } from "../components/pages/privacy-page.tsx";
import { titled } from "../components/router.ts";
import { BadInput } from "../errors.ts";
import { enqueue } from "../queue/queue.server.ts";
import { accessOf } from "../privacy/access.server.ts";
import { expiryOf, requestsOf } from "../privacy/requests.server.ts";
import { privacyView } from "../reports/privacy.server.ts";
import { confirmationOf, heldBy, NOTHING, RETENTIONS, retentionView } from "../reports/retention.server.ts";
import { readLocale } from "../reports/wording.server.ts";
import { orRefuse } from "../http/respond.server.ts";
import { warehouse } from "../process/runtime.server.ts";
import { authenticate } from "../shopify.server.ts";
import { chooseRetention, keptDay, shopRow } from "../sync/sync.server.ts";
import { say } from "../words/words.server.ts";

export const meta = titled(({ say }) => say("privacyPage.title"));

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const locale = readLocale(new URL(request.url).searchParams.get("locale"));
  return orRefuse(
    async () => {
      const now = new Date();
      const [row, requests, taken, open] = await Promise.all([
        shopRow(session.shop),
        requestsOf(session.shop, now),
        accessOf(session.shop),
        warehouse(),
      ]);
      const copy = open.of(session.shop);
      const meta = await copy.meta();
      const from = row && (keptDay(row, new Date())?.from ?? null);
      const held = meta === null ? NOTHING : await heldBy(copy, from);
      return privacyView(
        requests.map((each) => ({ ...each, expiresAt: expiryOf(each) })),
        retentionView(row, meta, held, locale),
        held,
        taken,
        { locale, timeZone: row?.timeZone ?? "UTC", now },
      );
    },
    { locale },
  );
}

const choice = z.object({
  keep: z
    .string()
    .transform((text) => (text === "all" ? null : Number(text)))
    .pipe(z.literal(RETENTIONS)),
  sums: z.enum(["keep", "forget"]).default("keep"),
  /** The merchant has seen what goes, and agrees. */
  agreed: z.literal("yes").optional(),
});

export async function action({ request }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const { shop } = session;
  const locale = readLocale(new URL(request.url).searchParams.get("locale"));
  const asked = choice.safeParse(await formOf(request));
  return orRefuse(
    async () => {
      if (!asked.success)
        throw new BadInput(
          "Expected keep to be all or a number of months from the list, sums to be keep or forget.",
        );
      const choice = { keepMonths: asked.data.keep, keepSums: asked.data.sums === "keep" };
      if (asked.data.agreed === undefined) {
        const row = await shopRow(shop);
        const kept = row && keptDay({ ...row, ...choice }, new Date());
        const ask = await confirmationOf((await warehouse()).of(shop), kept, { ...choice, locale });
        if (ask !== null) return { ask };
      }
      await chooseRetention(shop, choice);
      await enqueue("retention", { shop });
      return { message: say({ locale }, "answers.saved") };
    },
    { locale },
  );
}

export const clientLoader = ({ request, serverLoader }: ClientLoaderFunctionArgs) =>
  orLast(request, () => serverLoader<typeof loader>());

export default function Privacy() {
  const data = useLoaderData<typeof loader>();
  const offline = useOffline(data);
  const { say } = useWords();
  return (
    <>
      <TitleBar title={say("privacyPage.title")} />
      <PrivacyPage {...data} offline={offline} />
    </>
  );
}
