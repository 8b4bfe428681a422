// The page of a shop's calendar: its weeks and year, events of the year, the shop's own, and notes on its days, saved in the admin's
// save bar.
import { SaveBar, useAppBridge } from "@shopify/app-bridge-react";
import { BlockStack, Card, Checkbox, Page, Text } from "@shopify/polaris";
import { useEffect, useState } from "react";
import type {
  BusinessView,
  CalendarView,
  EventView,
  ShopifyNotesView,
} from "../../reports/calendar.server.ts";
import { useWords } from "../bits/language.ts";
import { OfflineLine } from "../bits/offline.tsx";
import { useAction, useAddress } from "../router.ts";
import { BusinessYear } from "./calendar-business.tsx";
import {
  type CalendarDraft,
  canBeSaved,
  changesOf,
  draftOf,
  isTooLarge,
  NO_CHANGES,
} from "./calendar-draft.ts";
import { NoteList } from "./calendar-notes.tsx";
import { ShopifyNotes } from "./calendar-shopify.tsx";
import { OwnEventList } from "./calendar-own-events.tsx";

export function CalendarPage({
  view,
  business,
  shopifys,
  offline,
}: {
  view: CalendarView;
  business: BusinessView;
  shopifys: ShopifyNotesView;
  offline: Date | null;
}) {
  const shopify = useAppBridge();
  const address = useAddress();
  const { say } = useWords();
  const kept = JSON.stringify([view, business]);
  const [shown, show] = useState(kept);
  const [draft, setDraft] = useState(() => draftOf(view));
  const [year, setYear] = useState(business.kept);
  const [tried, setTried] = useState(false);
  const { post, busy, answer } = useAction<{ message: string }>();
  // What was saved comes back with its ids.
  if (kept !== shown) {
    show(kept);
    setDraft(draftOf(view));
    setYear(business.kept);
    setTried(false);
  }
  useEffect(() => {
    if (answer !== undefined) shopify.toast.show(answer.message);
  }, [answer, shopify]);
  const ofDays = changesOf(view, draft);
  const isSameYear = JSON.stringify(year) === JSON.stringify(business.kept);
  const changes = isSameYear ? ofDays : { ...(ofDays ?? NO_CHANGES), business: year };
  const discard = () => {
    setDraft(draftOf(view));
    setYear(business.kept);
  };
  const change = (part: Partial<CalendarDraft>) => setDraft({ ...draft, ...part });
  return (
    <Page
      title={say("calendarPage.title")}
      backAction={{ content: say("menu.settings"), url: address.href({ sort: null }, "/app/settings") }}
    >
      <BlockStack gap="400">
        {offline === null ? null : <OfflineLine since={offline} />}
        <BusinessYear view={business} today={view.today} draft={year} setDraft={setYear} />
        <Events
          events={view.events}
          on={draft.on}
          turn={(id, on) =>
            change({ on: new Set([...draft.on].filter((each) => each !== id).concat(on ? id : [])) })
          }
        />
        <OwnEventList tried={tried} view={view} own={draft.own} setOwn={(own) => change({ own })} />
        <NoteList tried={tried} view={view} notes={draft.notes} setNotes={(notes) => change({ notes })} />
        <ShopifyNotes view={shopifys} />
      </BlockStack>
      <SaveBar id="calendar" open={changes !== null}>
        <button
          type="button"
          variant="primary"
          disabled={busy}
          onClick={() => {
            setTried(true);
            if (!canBeSaved(draft)) return;
            const fields = { changes: JSON.stringify(changes) };
            if (isTooLarge(fields)) shopify.toast.show(say("calendarPage.tooMuch"), { isError: true });
            else post(fields);
          }}
        >
          {say("common.save")}
        </button>
        <button type="button" disabled={busy} onClick={discard}>
          {say("common.discard")}
        </button>
      </SaveBar>
    </Page>
  );
}

function Events({
  events,
  on,
  turn,
}: {
  events: readonly EventView[];
  on: ReadonlySet<string>;
  turn: (id: string, on: boolean) => void;
}) {
  const { say } = useWords();
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {say("calendarPage.events")}
        </Text>
        <Text as="p" tone="subdued">
          {say("calendarPage.eventsHelp")}
        </Text>
        <table className="plain-table calendar-events">
          <thead>
            <tr>
              <th scope="col">{say("calendarPage.event")}</th>
              <th scope="col">{say("calendarPage.last")}</th>
              <th scope="col">{say("calendarPage.next")}</th>
            </tr>
          </thead>
          <tbody>
            {events.map(({ id, label, last, next }) => (
              <tr key={id}>
                <td>
                  <Checkbox label={label} checked={on.has(id)} onChange={(isOn) => turn(id, isOn)} />
                </td>
                <td>{last ?? say("calendarPage.none")}</td>
                <td>{next ?? say("calendarPage.none")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </BlockStack>
    </Card>
  );
}
