// Data and trust: what is synced, how fresh it is, and how far it agrees with Shopify, order by order.
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { type ClientLoaderFunctionArgs, useLoaderData } from "@remix-run/react";
import { TitleBar } from "@shopify/app-bridge-react";
import { z } from "zod";
import { userState } from "../choices.server.ts";
import { orLast, useOffline } from "../components/offline.tsx";
import { DataPage } from "../components/data-page.tsx";
import { formOf } from "../body.server.ts";
import { BadInput, NoSuchWebhook, UnknownJob } from "../errors.ts";
import { enqueue, failedJobs, retryJob } from "../jobs/queue.server.ts";
import { shopFacts } from "../reports/shop-notices.ts";
import { inItsCurrency, reportedShop } from "../reports/shop.server.ts";
import { checksView } from "../reports/checks.server.ts";
import { monthsView } from "../reports/months.server.ts";
import { syncStatusView } from "../reports/sync-status.server.ts";
import { trustView, upkeepView } from "../reports/trust.server.ts";
import { readLocale } from "../reports/wording.server.ts";
import { orRefuse } from "../respond.server.ts";
import { warehouse } from "../runtime.server.ts";
import { authenticate } from "../shopify.server.ts";
import { beginCheck, checksState, readyAgain, syncState, webhookUpkeep } from "../sync/sync.server.ts";

export const meta: MetaFunction = () => [{ title: "Data and trust" }];

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const params = new URL(request.url).searchParams;
  const at = { locale: readLocale(params.get("locale")), now: new Date() };
  return orRefuse(async () => {
    const [shop, state, webhooks, checks] = await Promise.all([
      reportedShop(await warehouse(), session.shop, at),
      syncState(session.shop),
      webhookUpkeep(session.shop),
      checksState(session.shop),
    ]);
    const here = { ...at, timeZone: shop?.place.timeZone ?? "UTC" };
    return {
      locale: at.locale,
      dismissed: (await userState(request, session.shop, at.now)).dismissed,
      status: syncStatusView(state, shop?.meta ?? null, at),
      about: shopFacts(state, { ...here, currency: shop?.place.currency ?? null }),
      upkeep: upkeepView(state, webhooks, here),
      checks: checksView(checks, here),
      trust: shop && (await inItsCurrency(shop, trustView(shop))),
      months: shop && monthsView(checks, params, shop),
    };
  });
}

const intentSchema = z.discriminatedUnion("intent", [
  z.object({ intent: z.literal("sync") }),
  z.object({ intent: z.literal("check") }),
  z.object({ intent: z.literal("retry"), job: z.string().regex(/^\d{1,19}$/) }),
  z.object({ intent: z.literal("run_again"), event: z.union([z.literal("all"), z.uuid()]) }),
]);

export async function action({ request }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const { shop } = session;
  const asked = intentSchema.safeParse(await formOf(request));
  return orRefuse(async () => {
    if (!asked.success)
      throw new BadInput(
        "Expected an intent: sync, check, retry with a job's number, or run_again with an event.",
      );
    if (asked.data.intent === "sync") {
      const { phase } = await syncState(shop);
      // A first sync goes on where it stopped; a sweep would have nothing to stand on.
      await (phase === "complete"
        ? enqueue("sweep", { shop }, { asked: true })
        : enqueue("first_sync", { shop }));
      return { message: "Sync started" };
    }
    if (asked.data.intent === "run_again") {
      const { event } = asked.data;
      if ((await readyAgain(shop, event)) === 0 && event !== "all") throw new NoSuchWebhook();
      await enqueue("follow_webhooks", { shop });
      return { message: "Trying again" };
    }
    if (asked.data.intent === "check") {
      const { phase } = await syncState(shop);
      if (phase !== "complete") throw new BadInput("There is nothing to check before the first sync ends.");
      await beginCheck(shop);
      await enqueue("check", { shop });
      return { message: "Check started" };
    }
    const { job } = asked.data;
    const failed = (await failedJobs(shop)).some(({ id }) => id === job);
    if (!failed || !(await retryJob(shop, job))) throw new UnknownJob();
    return { message: "Trying again" };
  });
}

export const clientLoader = ({ request, serverLoader }: ClientLoaderFunctionArgs) =>
  orLast(request, () => serverLoader<typeof loader>());

export default function Data() {
  const data = useLoaderData<typeof loader>();
  const offline = useOffline(data);
  return (
    <>
      <TitleBar title="Data and trust" />
      <DataPage {...data} offline={offline} />
    </>
  );
}
