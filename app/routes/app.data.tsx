// Data and trust: whether the figures are Shopify's, how that is known, and what is wrong where they aren't.
import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { type ClientLoaderFunctionArgs, useLoaderData } from "@remix-run/react";
import { TitleBar } from "@shopify/app-bridge-react";
import { z } from "zod";
import { calendarOf } from "../calendar/calendar.server.ts";
import { userState } from "../reports/choices.server.ts";
import { useWords } from "../components/bits/language.ts";
import { orLast, useOffline } from "../components/bits/offline.tsx";
import { DataPage } from "../components/pages/data-page.tsx";
import { titled } from "../components/router.ts";
import { formOf } from "../http/body.server.ts";
import { BadInput, NoSuchWebhook, UnknownJob } from "../errors.ts";
import { checksState } from "../reconcile/reconcile.server.ts";
import { enqueue, failedJobs, retryJob } from "../queue/queue.server.ts";
import { shopFacts } from "../reports/shop-notices.server.ts";
import { reportedShop } from "../reports/shop.server.ts";
import { agreementView } from "../reports/agreement.server.ts";
import { monthsView } from "../reports/months.server.ts";
import { recordingsView } from "../reports/recordings.server.ts";
import { syncStatusView } from "../reports/sync-status.server.ts";
import { trustView } from "../reports/trust.server.ts";
import { upkeepView } from "../reports/upkeep.server.ts";
import { readLocale } from "../reports/wording.server.ts";
import { orRefuse } from "../http/respond.server.ts";
import { warehouse } from "../process/runtime.server.ts";
import { authenticate } from "../shopify.server.ts";
import { beginCheck, readyAgain, recordedSources, syncState, webhookUpkeep } from "../sync/sync.server.ts";
import { inOneView } from "../warehouse/view.ts";
import { say } from "../words/words.server.ts";

export const meta = titled(({ say }) => say("dataPage.title"));

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const params = new URL(request.url).searchParams;
  const at = { locale: readLocale(params.get("locale")), now: new Date() };
  return orRefuse(async () => {
    const [user, calendar] = await Promise.all([
      userState(request, session.shop, at.now),
      calendarOf(session.shop),
    ]);
    return inOneView((await warehouse()).of(session.shop), async (view) => {
      const shop = reportedShop(view, { ...at, calendar });
      const synced = syncState(session.shop, view?.meta ?? null);
      const [state, webhooks, checks, trust, recordings] = await Promise.all([
        synced,
        webhookUpkeep(session.shop),
        checksState(session.shop),
        shop && synced.then(({ unread }) => trustView(shop, unread)),
        shop && recordedSources(session.shop).then((sources) => recordingsView(shop, sources)),
      ]);
      const here = { ...at, timeZone: shop?.place.timeZone ?? "UTC" };
      const meta = shop?.meta ?? null;
      const status = syncStatusView(state, meta, at);
      return {
        locale: at.locale,
        dismissed: user.dismissed,
        status,
        agreement: agreementView({ state, status, checks, meta, held: trust && trust.held }, here),
        about: shopFacts(state, { ...here, currency: shop?.place.currency ?? null }),
        upkeep: upkeepView({ state, webhooks, checks }, here),
        trust,
        months: shop && monthsView(checks, params, { ...shop, leftOut: trust && trust.leftOut }),
        recordings,
      };
    });
  }, at);
}

const intentSchema = z.discriminatedUnion("intent", [
  z.object({ intent: z.literal("sync") }),
  z.object({ intent: z.literal("check") }),
  z.object({ intent: z.literal("record") }),
  z.object({ intent: z.literal("retry"), job: z.string().regex(/^\d{1,19}$/) }),
  z.object({ intent: z.literal("run_again"), event: z.union([z.literal("all"), z.uuid()]) }),
]);

export async function action({ request }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const { shop } = session;
  const at = { locale: readLocale(new URL(request.url).searchParams.get("locale")) };
  const asked = intentSchema.safeParse(await formOf(request));
  return orRefuse(async () => {
    if (!asked.success)
      throw new BadInput(
        "Expected an intent: sync, check, record, retry with a job's number, or run_again with an event.",
      );
    if (asked.data.intent === "sync") {
      const { phase } = await syncState(shop);
      // A first sync goes on where it stopped; a sweep would have nothing to stand on.
      await (phase === "complete"
        ? enqueue("sweep", { shop }, { asked: true })
        : enqueue("first_sync", { shop }));
      return { message: say(at, "answers.syncStarted") };
    }
    if (asked.data.intent === "run_again") {
      const { event } = asked.data;
      if ((await readyAgain(shop, event)) === 0 && event !== "all") throw new NoSuchWebhook();
      await enqueue("follow_webhooks", { shop });
      return { message: say(at, "answers.tryingAgain") };
    }
    if (asked.data.intent === "record") {
      await enqueue("record", { shop }, { asked: true });
      return { message: say(at, "answers.recordingStarted") };
    }
    if (asked.data.intent === "check") {
      const { phase } = await syncState(shop);
      if (phase !== "complete") throw new BadInput(say(at, "answers.nothingToCheck"));
      await beginCheck(shop);
      await enqueue("check", { shop });
      return { message: say(at, "answers.checkStarted") };
    }
    const { job } = asked.data;
    const failed = (await failedJobs(shop)).some(({ id }) => id === job);
    if (!failed || !(await retryJob(shop, job))) throw new UnknownJob();
    return { message: say(at, "answers.tryingAgain") };
  }, at);
}

export const clientLoader = ({ request, serverLoader }: ClientLoaderFunctionArgs) =>
  orLast(request, () => serverLoader<typeof loader>());

export default function Data() {
  const data = useLoaderData<typeof loader>();
  const offline = useOffline(data);
  const { say } = useWords();
  return (
    <>
      <TitleBar title={say("dataPage.title")} />
      <DataPage {...data} offline={offline} />
    </>
  );
}
