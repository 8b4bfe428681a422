// Settings, orders left out: tags and channels whose orders no figure counts, and what they come to.
import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { type ClientLoaderFunctionArgs, useLoaderData } from "@remix-run/react";
import { TitleBar } from "@shopify/app-bridge-react";
import { z } from "zod";
import { calendarOf } from "../calendar/calendar.server.ts";
import { useWords } from "../components/bits/language.ts";
import { orLast, useOffline } from "../components/bits/offline.tsx";
import { ExclusionPage } from "../components/pages/exclusion-page.tsx";
import { titled } from "../components/router.ts";
import { BadInput } from "../errors.ts";
import { formOf } from "../http/body.server.ts";
import { orRefuse } from "../http/respond.server.ts";
import { warehouse } from "../process/runtime.server.ts";
import { enqueue, failedJobs } from "../queue/queue.server.ts";
import { exclusionView, impactOf } from "../reports/exclusion.server.ts";
import { type ReportedShop, reportedShop } from "../reports/shop.server.ts";
import { readLocale } from "../reports/wording.server.ts";
import { authenticate } from "../shopify.server.ts";
import { chooseExclusion, chosenExclusion, readExclusion } from "../sync/sync.server.ts";
import { inOneView } from "../warehouse/view.ts";
import { say } from "../words/words.server.ts";

export const meta = titled(({ say }) => say("exclusionPage.title"));

/** The shop as pages see it, its figures as they are now. */
async function inShop<T>(
  shop: string,
  locale: string,
  ask: (shop: ReportedShop | null) => Promise<T>,
): Promise<T> {
  const calendar = await calendarOf(shop);
  return inOneView((await warehouse()).of(shop), (view) =>
    ask(reportedShop(view, { locale, now: new Date(), calendar })),
  );
}

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const { shop } = session;
  const place = { locale: readLocale(new URL(request.url).searchParams.get("locale")) };
  return orRefuse(async () => {
    const [chosen, failed] = await Promise.all([chosenExclusion(shop), failedJobs(shop)]);
    const error = failed.find(({ job }) => job === "exclude")?.error ?? null;
    return inShop(shop, place.locale, async (reported) => {
      const at = { ...place, timeZone: reported?.place.timeZone ?? "UTC", now: new Date() };
      return { view: await exclusionView(reported, chosen, { ...at, failed: error }) };
    });
  }, place);
}

const fields = z.object({ intent: z.enum(["count", "save"]), choice: z.string() });

export async function action({ request }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const { shop } = session;
  const place = { locale: readLocale(new URL(request.url).searchParams.get("locale")) };
  const given = fields.safeParse(await formOf(request));
  return orRefuse(async () => {
    if (!given.success) throw new BadInput("Expected an intent, count or save, and a choice.");
    const { intent, choice } = given.data;
    const read = readExclusion(choice);
    if (intent === "count")
      return inShop(shop, place.locale, async (reported) => ({
        choice,
        impact: await impactOf(reported, read, place),
      }));
    if (await chooseExclusion(shop, read)) await enqueue("exclude", { shop }, { asked: true });
    return { message: say(place, "answers.saved") };
  }, place);
}

export const clientLoader = ({ request, serverLoader }: ClientLoaderFunctionArgs) =>
  orLast(request, () => serverLoader<typeof loader>());

export default function OrdersLeftOut() {
  const data = useLoaderData<typeof loader>();
  const offline = useOffline(data);
  const { say } = useWords();
  return (
    <>
      <TitleBar title={say("exclusionPage.title")} />
      <ExclusionPage view={data.view} offline={offline} />
    </>
  );
}
