// Settings, the calendar: which events the shop goes by, its weeks and year, and notes on its days.
import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { type ClientLoaderFunctionArgs, useLoaderData } from "@remix-run/react";
import { TitleBar } from "@shopify/app-bridge-react";
import { z } from "zod";
import { calendarOf, changeCalendar } from "../calendar/calendar.server.ts";
import { useWords } from "../components/bits/language.ts";
import { orLast, useOffline } from "../components/bits/offline.tsx";
import { CalendarPage } from "../components/pages/calendar-page.tsx";
import { titled } from "../components/router.ts";
import { BadInput } from "../errors.ts";
import { formOf } from "../http/body.server.ts";
import { orRefuse } from "../http/respond.server.ts";
import { businessView, calendarView } from "../reports/calendar.server.ts";
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
    return { view: calendarView(calendar, at), business: businessView(calendar, at) };
  }, place);
}

const fields = z.object({ changes: z.string() });

export async function action({ request }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const place = { locale: readLocale(new URL(request.url).searchParams.get("locale")) };
  const given = fields.safeParse(await formOf(request));
  return orRefuse(async () => {
    if (!given.success) throw new BadInput("Expected changes.");
    await changeCalendar(session.shop, given.data.changes);
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
      <CalendarPage view={data.view} business={data.business} offline={offline} />
    </>
  );
}
