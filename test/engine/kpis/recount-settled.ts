// Which figures the definition of a row settles, told one by one: what the app must find by its declarations.
import type { KpiId, SegmentationId } from "../../../app/kpis/catalogue.ts";
import type { Period } from "../../../app/kpis/period.ts";

const RETURNING: readonly KpiId[] = ["returning_customers", "returning_customer_rate"];
const NEW: readonly KpiId[] = ["new_customers", "returning_customer_rate"];
const AGAIN: readonly KpiId[] = [
  ...RETURNING,
  ...(["repeat_purchase_rate", "orders_per_customer", "retention_rate"] as const),
];
const RECENT = ["champions", "active", "new", "promising"];

/** The first and last day that an id such as 2026, 2026-q2 or 2026-04 names. */
function daysNamed(id: string): { first: string; last: string } | null {
  const [year, rest] = id.split("-");
  if (!/^20\d\d$/.test(year ?? "")) return null;
  if (rest === undefined) return { first: `${year}-01-01`, last: `${year}-12-31` };
  if (!rest.startsWith("q")) return { first: `${id}-01`, last: `${id}-31` };
  const [from, to] =
    [
      ["01", "03"],
      ["04", "06"],
      ["07", "09"],
      ["10", "12"],
    ][Number(rest[1]) - 1] ?? [];
  return { first: `${year}-${from}-01`, last: `${year}-${to}-31` };
}

export function settledBy(
  kpi: KpiId,
  segmentation: SegmentationId,
  id: string,
  { period, membersOn, firstDay }: { period: Period; membersOn: string; firstDay: string | undefined },
): boolean {
  if (firstDay !== undefined && period.from <= firstDay && RETURNING.includes(kpi)) return true;
  if (id === "first_time") return membersOn >= period.from && RETURNING.includes(kpi);
  if (["total", "none", "guest"].includes(id)) return false;
  if (membersOn <= period.from && NEW.includes(kpi)) return true;
  if (segmentation.startsWith("first_order_")) {
    const days = daysNamed(id);
    if (days !== null && days.last < period.from && NEW.includes(kpi)) return true;
    return days !== null && days.first >= period.from && RETURNING.includes(kpi);
  }
  const isOnce = `${segmentation} ${id}` === "order_count 1" || `${segmentation} ${id}` === "lifecycle new";
  if (isOnce && (kpi === "loyal_share" || (membersOn >= period.to && AGAIN.includes(kpi)))) return true;
  if (kpi === "loyal_share") return segmentation === "lifecycle" && (id === "overdue" || id === "lost");
  if (kpi !== "churn_risk_share" || id === "ungrouped") return false;
  return segmentation === "lifecycle" || (segmentation === "rfm" && RECENT.includes(id));
}
