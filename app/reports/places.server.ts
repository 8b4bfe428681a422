// Where in the app one can go by name: its pages, KPIs, ways of grouping, and the segments that a rule declares.
import { kpiIds, segmentationIds } from "../kpis/catalogue.ts";
import { cutIds } from "../kpis/cuts/choices.ts";
import { kpiLabel } from "../kpis/kpi-words.server.ts";
import { cutLabel, rowLabel } from "../kpis/row-words.server.ts";
import { segmentationOf } from "../kpis/segmentations.ts";
import { screenWords } from "../words/screen.ts";
import type { Reader } from "../words/words.server.ts";

export interface Place {
  label: string;
  /** Of what kind it is. */
  kind: string;
  path: string;
}

const PAGES = ["segments", "kpis", "retention", "journey", "products", "reports", "settings"] as const;

/** The JSON of GET /api/places. */
export function placesOf(reader: Reader): { places: readonly Place[] } {
  const { say } = screenWords(reader.locale);
  const page = (label: string, path: string): Place => ({ label, kind: say("keys.page"), path });
  return {
    places: [
      page(say("common.home"), "/app"),
      ...PAGES.map((id) => page(say(`menu.${id}`), `/app/${id}`)),
      page(say("comparePage.title"), "/app/segments/compare"),
      page(say("findingsPage.title"), "/app/findings"),
      page(say("settingsPage.data"), "/app/data"),
      page(say("settingsPage.calendar"), "/app/settings/calendar"),
      page(say("settingsPage.orders"), "/app/settings/orders"),
      page(say("settingsPage.privacy"), "/app/privacy"),
      ...kpiIds.map((id) => ({
        label: kpiLabel(reader, id),
        kind: say("kpiPages.kpi"),
        path: `/app/kpis/${id}`,
      })),
      ...cutIds.map((id) => ({
        label: cutLabel(reader, id),
        kind: say("keys.grouping"),
        path: `/app/segments/${id}`,
      })),
      ...segmentationIds.flatMap((by) => {
        const declared = segmentationOf(by);
        if (declared.kind !== "ruled") return [];
        return declared.segments.map(({ id }) => ({
          label: rowLabel(reader, { by, segment: id }),
          kind: cutLabel(reader, by),
          path: `/app/segments/${by}/${encodeURIComponent(id)}`,
        }));
      }),
    ],
  };
}
