// Generated shops of four countries, each customer of one, in which nothing changes, or fewer buy in one country in the last
// whole week, or everywhere on one day.
import type { Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { addDays } from "../../../app/kpis/period.ts";
import { DAYS, FIRST_DAY, randomFrom, shopRows, type ShopSize } from "../kpis/shop.ts";
import { load, stages } from "../warehouse/files.ts";
import { reaching } from "../warehouse/reaching.ts";

/** A Monday: the week before is whole. */
export const TODAY = addDays(FIRST_DAY, DAYS - 1);
export const WEEK = addDays(TODAY, -7);
const COUNTRIES = ["DE", "AT", "DE", "CH"];

export interface Planted {
  country: string;
  /** The part of its customers' orders of the week that are not placed. */
  lost: number;
}

/** On one day a part of all orders are not placed. */
export interface PlantedDay {
  day: string;
  lost: number;
}

type Row = Record<string, unknown> & {
  __typename: string;
  id?: string;
  processedAt?: string;
  customer?: { id: string } | null;
  __parentId?: string;
};

function rowsOf(size: ShopSize, planted: Planted | PlantedDay | null): object[] {
  const random = randomFrom(size.seed ^ 0x91a7);
  const gone = new Set<string>();
  const kept: object[] = [];
  for (const row of shopRows(size) as Row[]) {
    if (row.__typename === "Order") {
      const customer = Number(/\d+$/.exec(row.customer?.id ?? "")?.[0] ?? 0);
      const country = COUNTRIES[customer % COUNTRIES.length] ?? "DE";
      row["shippingAddress"] = { countryCodeV2: country };
      const day = (row.processedAt ?? "").slice(0, 10);
      const isHit =
        planted !== null &&
        ("day" in planted
          ? planted.day === day
          : planted.country === country && row.customer !== null && day >= WEEK && day < TODAY);
      if (isHit && random() < planted.lost) {
        gone.add(row.id ?? "");
        continue;
      }
    }
    if (row.__parentId !== undefined && gone.has(row.__parentId)) {
      gone.add(row.id ?? "");
      continue;
    }
    kept.push(row);
  }
  return kept;
}

export async function openFindingShop(
  warehouse: Warehouse,
  shop: string,
  size: ShopSize,
  planted: Planted | PlantedDay | null = null,
): Promise<void> {
  await warehouse.of(shop).setMeta({
    ...{ currency: "EUR", decimals: 2, time_zone: "Europe/Berlin" },
    ...reaching("complete"),
  });
  await warehouse.of(shop).merge(load("2026-06-01T00:00:00Z", rowsOf(size, planted), { stages }));
}
