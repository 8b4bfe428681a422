// Settings, the calendar: which events the shop goes by, its weeks and year, and notes on its days.
import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { type ClientLoaderFunctionArgs, useLoaderData } from "@remix-run/react";
import { TitleBar } from "@shopify/app-bridge-react";
import { z } from "zod";
import { calendarOf, changeCalendar, writeNotes } from "../calendar/calendar.server.ts";
import { useWords } from "../components/bits/language.ts";
import { orLast, useOffline } from "../components/bits/offline.tsx";
import { CalendarPage } from "../components/pages/calendar-page.tsx";
import { titled } from "../components/router.ts";
import { BadInput } from "../errors.ts";
import { formOf } from "../http/body.server.ts";
import { orRefuse } from "../http/respond.server.ts";
import { enqueue } from "../queue/queue.server.ts";
import { businessView, calendarView, shopifyNotesView } from "../reports/calendar.server.ts";
import { civilDay, readLocale } from "../reports/wording.server.ts";
import { authenticate } from "../shopify.server.ts";
import { shopRow } from "../sync/sync.server.ts";
import { say } from "../words/words.server.ts";

export const meta = titled(({ say }) => say("calendarPage.title"));

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const place = { locale: readLocale(new URL(request.url).searchParams.get("locale")) };
  return orRefuse(async () => {
    const [row, calendar] = await Promise.all([shopRow(session.shop), calendarOf(session.shop)]);
    const today = civilDay(new Date(), row?.timeZone ?? "UTC");
    const at = { place, today };
    const timeZone = row?.timeZone ?? "UTC";
    return {
      ...{ view: calendarView(calendar, at), business: businessView(calendar, at) },
      shopifys: shopifyNotesView(calendar, { place, timeZone, now: new Date() }),
    };
  }, place);
}

const fields = z.union([
  z.object({ changes: z.string() }),
  /** Of Shopify's notes, once it has granted what that needs. */
  z.object({ notes: z.enum(["read", "write", "stop"]) }),
]);

export async function action({ request }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const place = { locale: readLocale(new URL(request.url).searchParams.get("locale")) };
  const given = fields.safeParse(await formOf(request));
  return orRefuse(async () => {
    if (!given.success) throw new BadInput("Expected changes, or notes to be read, write or stop.");
    const { shop } = session;
    if ("notes" in given.data) {
      const { notes } = given.data;
      if (notes !== "read") await writeNotes(shop, notes === "write");
      if (notes !== "stop") await enqueue("annotate", { shop }, { asked: true });
      return { message: say(place, notes === "stop" ? "answers.notesStopped" : "answers.notesAsked") };
    }
    await changeCalendar(shop, given.data.changes);
    if ((await calendarOf(shop)).shopify.writes) await enqueue("annotate", { shop });
    return { message: say(place, "answers.saved") };
  }, place);
}

export const clientLoader = ({ request, serverLoader }: ClientLoaderFunctionArgs) =>
  orLast(request, () => serverLoader<typeof loader>());

export default function Calendar() {
  const data = useLoaderData<typeof loader>();
  const offline = useOffline(data);
  const { say } = useWords();
  return (
    <>
      <TitleBar title={say("calendarPage.title")} />
      <CalendarPage view={data.view} business={data.business} shopifys={data.shopifys} offline={offline} />
    </>
  );
}
