// The weeks and the year of a business as fields, and the days that its year, month and week of today have by them.
import { BlockStack, Card, Select, Text } from "@shopify/polaris";
import type { BusinessCalendar, Pattern, YearEnd } from "../../kpis/business-calendar.ts";
import { textsAround } from "../../kpis/period.ts";
import type { BusinessView } from "../../reports/calendar.server.ts";
import { useLanguage, useWords } from "../bits/language.ts";

type Kind = "calendar" | "months" | "weeks";

const kindOf = ({ yearStart, weeks }: BusinessCalendar): Kind =>
  weeks !== null ? "weeks" : yearStart === 1 ? "calendar" : "months";

/** April is the commonest where it is not January; retailers' years begin in February. */
const BEGIN_OF: Readonly<Record<Kind, Omit<BusinessCalendar, "weekStart">>> = {
  calendar: { yearStart: 1, weeks: null },
  months: { yearStart: 4, weeks: null },
  weeks: { yearStart: 2, weeks: { pattern: "4-4-5", end: "last" } },
};

export function BusinessYear({
  view,
  today,
  draft,
  setDraft,
}: {
  view: BusinessView;
  today: string;
  draft: BusinessCalendar;
  setDraft: (draft: BusinessCalendar) => void;
}) {
  const { say } = useWords();
  const language = useLanguage();
  const { weekStart, yearStart, weeks } = draft;
  const kind = kindOf(draft);
  const kinds = (["calendar", "months", "weeks"] as const).map((value) => ({
    value,
    label: say(`calendarPage.year_${value}`),
  }));
  const turn = (to: string) => {
    const chosen = kinds.find(({ value }) => value === to)?.value ?? kind;
    if (chosen !== kind) setDraft({ weekStart, ...BEGIN_OF[chosen] });
  };
  const isKept = JSON.stringify(draft) === JSON.stringify(view.kept);
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {say("calendarPage.business")}
        </Text>
        <Text as="p" tone="subdued">
          {say("calendarPage.businessHelp")}
        </Text>
        <Select
          label={say("calendarPage.weekStart")}
          options={[...view.weekdays]}
          value={String(weekStart)}
          onChange={(value) => setDraft({ ...draft, weekStart: Number(value) })}
        />
        <Select label={say("calendarPage.year")} options={kinds} value={kind} onChange={turn} />
        {kind !== "months" ? null : (
          <Select
            label={say("calendarPage.yearStart")}
            options={view.months.filter(({ value }) => value !== "1")}
            value={String(yearStart)}
            onChange={(value) => setDraft({ ...draft, yearStart: Number(value) })}
          />
        )}
        {weeks === null ? null : <Weeks view={view} draft={draft} weeks={weeks} setDraft={setDraft} />}
        <Text as="p" tone="subdued">
          {isKept ? view.now : say("calendarPage.yearNow", textsAround(today, draft, language))}
        </Text>
      </BlockStack>
    </Card>
  );
}

function Weeks({
  view: { weekdays, months, patterns },
  draft,
  weeks,
  setDraft,
}: {
  view: BusinessView;
  draft: BusinessCalendar;
  weeks: { pattern: Pattern; end: YearEnd };
  setDraft: (draft: BusinessCalendar) => void;
}) {
  const { say } = useWords();
  const { weekStart, yearStart } = draft;
  const endMonth = ((yearStart + 10) % 12) + 1;
  const labelled = (list: BusinessView["months"], number: number) => list[number - 1]?.label ?? "";
  const given = {
    weekday: labelled(weekdays, ((weekStart + 5) % 7) + 1),
    month: labelled(months, endMonth),
  };
  const ends = (["last", "nearest"] as const).map((value) => ({
    value,
    label: say(`calendarPage.end_${value}`, given),
  }));
  return (
    <>
      <Select
        label={say("calendarPage.pattern")}
        options={[...patterns]}
        value={weeks.pattern}
        onChange={(value) => {
          const pattern = patterns.find((each) => each === value) ?? weeks.pattern;
          setDraft({ ...draft, weeks: { ...weeks, pattern } });
        }}
      />
      <Select
        label={say("calendarPage.yearEndMonth")}
        options={[...months]}
        value={String(endMonth)}
        onChange={(value) => setDraft({ ...draft, yearStart: (Number(value) % 12) + 1 })}
      />
      <Select
        label={say("calendarPage.yearEnd")}
        options={ends}
        value={weeks.end}
        onChange={(value) => {
          const end = ends.find((each) => each.value === value)?.value ?? weeks.end;
          setDraft({ ...draft, weeks: { ...weeks, end } });
        }}
      />
    </>
  );
}
