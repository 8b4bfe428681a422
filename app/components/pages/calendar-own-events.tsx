// The events of a shop's own as fields: a name, and one date of every year or the days on which it falls.
import { BlockStack, Button, Card, Checkbox, InlineStack, Text, TextField } from "@shopify/polaris";
import { LONGEST_TITLE, MOST_DAYS, MOST_OWN_EVENTS } from "../../calendar/annotation.ts";
import type { CalendarView } from "../../reports/calendar.server.ts";
import { useWords } from "../bits/language.ts";
import { dayFault, type EventDraft, type Fault, titleFault } from "./calendar-draft.ts";

export function OwnEventList({
  tried,
  view,
  own,
  setOwn,
}: {
  /** Somebody wanted to save: from then on what is missing is told. */
  tried: boolean;
  view: CalendarView;
  own: readonly EventDraft[];
  setOwn: (own: readonly EventDraft[]) => void;
}) {
  const { say } = useWords();
  const put = (event: EventDraft) => setOwn(own.map((each) => (each.key === event.key ? event : each)));
  const add = () =>
    setOwn([
      ...own,
      { key: crypto.randomUUID(), id: null, title: "", isOn: true, yearly: true, days: [view.today] },
    ]);
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {say("calendarPage.own")}
        </Text>
        <Text as="p" tone="subdued">
          {own.length === 0 ? say("calendarPage.noOwn") : null} {say("calendarPage.ownHelp")}
        </Text>
        {own.map((event) => (
          <OwnEvent
            key={event.key}
            event={event}
            tried={tried}
            dates={view.own.find(({ id }) => id === event.id)}
            put={put}
            remove={() => setOwn(own.filter(({ key }) => key !== event.key))}
          />
        ))}
        <InlineStack>
          <Button onClick={add} disabled={own.length >= MOST_OWN_EVENTS}>
            {say("calendarPage.addOwn")}
          </Button>
        </InlineStack>
      </BlockStack>
    </Card>
  );
}

function OwnEvent({
  event,
  tried,
  dates,
  put,
  remove,
}: {
  event: EventDraft;
  tried: boolean;
  dates: CalendarView["own"][number] | undefined;
  put: (event: EventDraft) => void;
  remove: () => void;
}) {
  const { say } = useWords();
  const { title, isOn, yearly, days } = event;
  const told = (fault: Fault | null) => (tried && fault !== null ? say(fault) : undefined);
  const shown = yearly ? days.slice(0, 1) : days;
  const setDay = (index: number, day: string) =>
    put({ ...event, days: days.map((each, at) => (at === index ? day : each)) });
  const named = title.trim() || say("calendarPage.unnamed");
  return (
    <div className="calendar-item" role="group" aria-label={named}>
      <TextField
        label={say("calendarPage.ownTitle")}
        value={title}
        error={told(titleFault(title))}
        maxLength={LONGEST_TITLE}
        autoComplete="off"
        onChange={(text) => put({ ...event, title: text })}
      />
      <Checkbox
        label={say("calendarPage.yearly")}
        checked={yearly}
        onChange={(on) => put({ ...event, yearly: on, days: on ? days.slice(0, 1) : days })}
      />
      {shown.map((day, index) => (
        <div className="calendar-day" key={index}>
          <TextField
            type="date"
            label={yearly ? say("calendarPage.date") : say("calendarPage.dayNumber", { n: index + 1 })}
            value={day}
            error={told(dayFault(day))}
            autoComplete="off"
            onChange={(to) => setDay(index, to)}
          />
          {shown.length < 2 ? null : (
            <Button
              accessibilityLabel={say("calendarPage.removeDay", { n: index + 1 })}
              onClick={() => put({ ...event, days: days.filter((_, at) => at !== index) })}
            >
              {say("calendarPage.remove")}
            </Button>
          )}
        </div>
      ))}
      <InlineStack gap="300" blockAlign="center">
        {yearly ? null : (
          <Button onClick={() => put({ ...event, days: [...days, ""] })} disabled={days.length >= MOST_DAYS}>
            {say("calendarPage.addDay")}
          </Button>
        )}
        <Checkbox
          label={say("calendarPage.on")}
          checked={isOn}
          onChange={(on) => put({ ...event, isOn: on })}
        />
        <Button
          tone="critical"
          variant="plain"
          onClick={remove}
          accessibilityLabel={say("calendarPage.removeNamed", { title: named })}
        >
          {say("calendarPage.remove")}
        </Button>
      </InlineStack>
      <Text as="p" tone="subdued">
        {dates === undefined
          ? say("calendarPage.unsaved")
          : say("calendarPage.lastAndNext", {
              last: dates.last ?? say("calendarPage.none"),
              next: dates.next ?? say("calendarPage.none"),
            })}
      </Text>
    </div>
  );
}
