// Today so far, beside what is usual by this time.
import { Card, Text } from "@shopify/polaris";
import type { TodayView } from "../../reports/today.server.ts";
import { useWords } from "../bits/language.ts";

export function TodayStrip({ today }: { today: TodayView }) {
  const { say } = useWords();
  return (
    <Card padding="300">
      <div className="today-strip">
        <Text as="h2" variant="headingSm">
          {say("homePage.today")}
        </Text>
        <dl className="today-figures">
          {today.figures.map(({ kpi, label, value, wholly, usual, beyond }) => (
            <div key={kpi}>
              <dt>{label}</dt>
              <dd>
                <span className="figure-value">{value}</span>
                {[wholly, usual, beyond]
                  .filter((note) => note !== null)
                  .map((note) => (
                    <span key={note} className="figure-note">
                      {note}
                    </span>
                  ))}
              </dd>
            </div>
          ))}
        </dl>
      </div>
      <Text as="p" tone="subdued" variant="bodySm">
        {today.note}
      </Text>
    </Card>
  );
}
