// Which of the last days stand out; those of which the shop's calendar says why come last, folded.
import { BlockStack, Card, Text } from "@shopify/polaris";
import type { DaysView, DayView } from "../../reports/found-days.server.ts";
import { Link, useAddress } from "../router.ts";
import { useWords } from "./language.ts";

export function FoundDays({ days: { sentence, days, explained } }: { days: DaysView }) {
  const { say } = useWords();
  const count = days.length + explained.length;
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {say("findingsPage.days")}
        </Text>
        <Text as="p" tone={count === 0 ? undefined : "subdued"}>
          {sentence}
        </Text>
        <DayList days={days} />
        {explained.length === 0 ? null : (
          <details className="explained-days">
            <summary>{say("findingsPage.explained", { n: explained.length })}</summary>
            <DayList days={explained} />
          </details>
        )}
        <Text as="p" variant="bodySm" tone="subdued">
          {say("findingsPage.daysHow")}
        </Text>
      </BlockStack>
    </Card>
  );
}

function DayList({ days }: { days: readonly DayView[] }) {
  if (days.length === 0) return null;
  return (
    <ul className="findings">
      {days.map((day) => (
        <li key={day.id}>
          <FoundDay day={day} />
        </li>
      ))}
    </ul>
  );
}

export function FoundDay({ day: { text, details, explained, figure } }: { day: DayView }) {
  const address = useAddress();
  const { say } = useWords();
  return (
    <BlockStack gap="100">
      {explained === null ? null : <Text as="p">{explained}</Text>}
      <Text as="p" fontWeight={explained === null ? "semibold" : undefined}>
        {text}
      </Text>
      {details.length === 0 ? null : (
        <Text as="p" tone="subdued">
          {details.join(" ")}
        </Text>
      )}
      <div className="doors">
        <Link
          to={address.href(figure.params, figure.path)}
          aria-label={say("findingsPage.figureOf", { finding: text })}
        >
          {say("findingsPage.figure")}
        </Link>
      </div>
    </BlockStack>
  );
}
