// The library of KPIs, with pins that put them at the head of Home.
import { Button, Text } from "@shopify/polaris";
import { PinFilledIcon, PinIcon } from "@shopify/polaris-icons";
import type { KpiLibraryView } from "../../reports/kpi-library.server.ts";
import { useWords } from "../bits/language.ts";
import { type Framed, ReportPage } from "../frame/report-page.tsx";
import { useAction } from "../router.ts";
import { KpiLines } from "../table/kpi-lines.tsx";

export function KpiLibraryPage(framed: Framed<KpiLibraryView>) {
  const { view } = framed;
  const { say } = useWords();
  const { post, busy } = useAction();
  return (
    <ReportPage framed={framed} title={say("kpiPages.title")}>
      <div className="between-cards">
        <Text as="p" tone="subdued">
          {[`${view.of}.`, view.comparison, ""].filter((text) => text !== null).join(" ")}
          {say("kpiPages.pinned", { n: view.pinned.length })} {view.room ? "" : say("kpiPages.full")}
        </Text>
      </div>
      <KpiLines
        view={view}
        status={framed.status}
        aside={{
          label: say("kpiPages.pin"),
          of: ({ kpi, label }) => {
            const pinned = view.pinned.includes(kpi);
            return (
              <Button
                icon={pinned ? PinFilledIcon : PinIcon}
                variant="tertiary"
                pressed={pinned}
                disabled={busy || (!pinned && !view.room)}
                accessibilityLabel={say(pinned ? "kpiPages.unpinOf" : "kpiPages.pinOf", { kpi: label })}
                onClick={() => post({ kpi, pinned: pinned ? "0" : "1" })}
              />
            );
          },
        }}
      />
    </ReportPage>
  );
}
