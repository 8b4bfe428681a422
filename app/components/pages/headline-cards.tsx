// The headline figures of the whole shop; choosing one draws it in the chart below.
import { BlockStack, Card, Text } from "@shopify/polaris";
import type { HeadlineView } from "../../reports/home.server.ts";
import { Change, ExplainLink } from "../table/figures.tsx";
import { Info } from "../bits/info.tsx";
import { useWords } from "../bits/language.ts";
import { Sparkline } from "../chart/sparkline.tsx";
import { Link, useAddress } from "../router.ts";

export function HeadlineCards({
  headlines,
  chart,
  usualChart,
}: {
  headlines: readonly HeadlineView[];
  chart: string;
  usualChart: string;
}) {
  const address = useAddress();
  const { say } = useWords();
  return (
    <section aria-label={say("homePage.headlines")} className="headlines">
      {headlines.map(({ kpi, label, help, cell, line }) => (
        <Card key={kpi} padding="300">
          <BlockStack gap="100">
            <Text as="h2" variant="headingSm">
              <Link
                to={address.href({ chart: kpi === usualChart ? null : kpi })}
                preventScrollReset
                replace
                className="quiet-link"
                aria-current={chart === kpi ? "true" : undefined}
              >
                {label}
              </Link>{" "}
              <Info about={label} text={help} />
            </Text>
            <div className="headline-body">
              <div className="figure">
                <span className="headline-value figure-value">
                  <ExplainLink
                    explain={{
                      ...{ kpi: label, row: say("explainPage.everyone") },
                      to: address.href({ chart: kpi, sort: null, page: null }, "/app/explain"),
                    }}
                    value={cell.value}
                  />
                </span>
                {cell.change ? <Change change={cell.change} verdict="shown" /> : null}
                {cell.settled === null ? null : <span className="figure-note">{cell.settled}.</span>}
                {cell.reason === null ? null : <span className="figure-note">{cell.reason}</span>}
                {cell.change ? (
                  <Link
                    to={address.href({ chart: kpi, page: null }, "/app/why")}
                    className="why-link"
                    aria-label={say("whyPage.linkOf", { kpi: label })}
                  >
                    {say("whyPage.link")}
                  </Link>
                ) : null}
              </div>
              {line ? <Sparkline line={line} /> : null}
            </div>
          </BlockStack>
        </Card>
      ))}
    </section>
  );
}
