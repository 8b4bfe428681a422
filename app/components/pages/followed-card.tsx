// The figures that its reader follows, on Home.
import { Card, Text } from "@shopify/polaris";
import type { FollowedView } from "../../reports/followed.server.ts";
import { FollowButton } from "../bits/follow-button.tsx";
import { useWords } from "../bits/language.ts";
import { Link, useAddress } from "../router.ts";
import { DataTable } from "../table/data-table.tsx";
import { useExplained } from "../table/figures.tsx";
import { Moved, Value } from "../table/kpi-list.tsx";

export function FollowedCard({
  followed,
  compared,
}: {
  followed: readonly FollowedView[];
  compared: boolean;
}) {
  const { say } = useWords();
  const address = useAddress();
  const explained = useExplained();
  return (
    <Card padding="0">
      <div className="card-head">
        <Text as="h2" variant="headingMd">
          {say("kpiPages.followed")}
        </Text>
      </div>
      <DataTable
        caption={say("kpiPages.followed")}
        className="kpi-list"
        stacked
        heads={[
          { id: "kpi", label: say("kpiPages.kpi") },
          { id: "value", label: say("kpiPages.value"), numeric: true },
          ...(compared ? [{ id: "change", label: say("kpiPages.change") }] : []),
          { id: "unfollow", label: say("kpiPages.unfollow"), hidden: true },
        ]}
        rows={followed.map((figure) => {
          const { kpi, label, of, segment, cell } = figure;
          const within = `${segment.segmentation}.${segment.segment}`;
          return {
            id: `${kpi} ${within}`,
            head: (
              <Link
                to={address.href({ within, sort: null, page: null, chart: null }, `/app/kpis/${kpi}`)}
                className="row-link"
              >
                {say("kpiPages.figureOf", { kpi: label, of })}
              </Link>
            ),
            cells: [
              <Value key="value" row={{ cell }} explain={explained(figure, of, segment)} />,
              ...(compared ? [<Moved key="change" row={{ cell }} />] : []),
              <FollowButton key="unfollow" {...{ kpi, label, segment, of }} followed plain />,
            ],
          };
        })}
      />
    </Card>
  );
}
