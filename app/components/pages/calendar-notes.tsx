// Notes on a shop's days as fields: what happened, when, and of what kind it was.
import { BlockStack, Button, Card, InlineStack, Select, Text, TextField } from "@shopify/polaris";
import {
  annotationTypes,
  LONGEST_DESCRIPTION,
  LONGEST_TITLE,
  MOST_ANNOTATIONS,
} from "../../calendar/annotation.ts";
import type { CalendarView } from "../../reports/calendar.server.ts";
import { useWords } from "../bits/language.ts";
import { dayFault, type Fault, lastDayFault, type NoteDraft, titleFault } from "./calendar-draft.ts";

export function NoteList({
  tried,
  view,
  notes,
  setNotes,
}: {
  /** Somebody wanted to save: from then on what is missing is told. */
  tried: boolean;
  view: CalendarView;
  notes: readonly NoteDraft[];
  setNotes: (notes: readonly NoteDraft[]) => void;
}) {
  const { say } = useWords();
  const put = (note: NoteDraft) => setNotes(notes.map((each) => (each.key === note.key ? note : each)));
  const blank = { id: null, title: "", type: "other", description: "" } as const;
  const add = () =>
    setNotes([...notes, { ...blank, key: crypto.randomUUID(), from: view.today, to: view.today }]);
  return (
    <Card>
      <div id="notes">
        <BlockStack gap="300">
          <Text as="h2" variant="headingMd">
            {say("calendarPage.notes")}
          </Text>
          <Text as="p" tone="subdued">
            {notes.length === 0 ? say("calendarPage.noNotes") : null} {say("calendarPage.notesHelp")}
          </Text>
          {notes.map((note) => (
            <Note
              key={note.key}
              note={note}
              tried={tried}
              types={view.types}
              put={put}
              remove={() => setNotes(notes.filter(({ key }) => key !== note.key))}
            />
          ))}
          <InlineStack>
            <Button onClick={add} disabled={notes.length >= MOST_ANNOTATIONS}>
              {say("calendarPage.addNote")}
            </Button>
          </InlineStack>
        </BlockStack>
      </div>
    </Card>
  );
}

function Note({
  note,
  tried,
  types,
  put,
  remove,
}: {
  note: NoteDraft;
  tried: boolean;
  types: CalendarView["types"];
  put: (note: NoteDraft) => void;
  remove: () => void;
}) {
  const { say } = useWords();
  const named = note.title.trim() || say("calendarPage.unnamed");
  const told = (fault: Fault | null) => (tried && fault !== null ? say(fault) : undefined);
  const typeOf = (value: string) => annotationTypes.find((each) => each === value) ?? note.type;
  return (
    <div className="calendar-item" role="group" aria-label={named}>
      <TextField
        label={say("calendarPage.noteTitle")}
        value={note.title}
        error={told(titleFault(note.title))}
        maxLength={LONGEST_TITLE}
        autoComplete="off"
        onChange={(title) => put({ ...note, title })}
      />
      <div className="two-days">
        <TextField
          type="date"
          label={say("calendarPage.from")}
          value={note.from}
          error={told(dayFault(note.from))}
          autoComplete="off"
          onChange={(from) => put({ ...note, from, to: note.to < from ? from : note.to })}
        />
        <TextField
          type="date"
          label={say("calendarPage.to")}
          value={note.to}
          error={told(lastDayFault(note))}
          min={note.from}
          autoComplete="off"
          onChange={(to) => put({ ...note, to })}
        />
      </div>
      <Select
        label={say("calendarPage.type")}
        options={[...types]}
        value={note.type}
        onChange={(value) => put({ ...note, type: typeOf(value) })}
      />
      <TextField
        label={say("calendarPage.description")}
        value={note.description}
        maxLength={LONGEST_DESCRIPTION}
        autoComplete="off"
        onChange={(description) => put({ ...note, description })}
      />
      <InlineStack>
        <Button
          tone="critical"
          variant="plain"
          onClick={remove}
          accessibilityLabel={say("calendarPage.removeNamed", { title: named })}
        >
          {say("calendarPage.remove")}
        </Button>
      </InlineStack>
    </div>
  );
}
