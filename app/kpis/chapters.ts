// Under which heading a KPI stands: that of the part of the catalogue that declares it.
import { type KpiId, kpiIds } from "./catalogue.ts";
import { acquisition } from "./catalogue/acquisition.ts";
import { people } from "./catalogue/customers.ts";
import { goods } from "./catalogue/goods.ts";
import { margins } from "./catalogue/margin.ts";
import { rates } from "./catalogue/rates.ts";
import { retention } from "./catalogue/retention.ts";
import { sales } from "./catalogue/sales.ts";

const parts = { sales, rates, people, retention, margins, acquisition, goods } as const;

export type ChapterId = keyof typeof parts;

export const chapterIds = Object.keys(parts) as ChapterId[];

/** The KPIs of a chapter, in the catalogue's order. */
export const kpisOf = (chapter: ChapterId): KpiId[] =>
  kpiIds.filter((id) => Object.hasOwn(parts[chapter], id));
