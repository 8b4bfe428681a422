// Every figure that the app counts about itself while it works, declared once. Labels name kinds and outcomes, never a
// shop: a thousand shops must not become a thousand series. What needs a query is in gauges.server.ts.
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";

const NAME = "segment_kpis_";
const QUICK = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const LONG = [0.05, 0.25, 1, 5, 15, 60, 300, 1800];

export type Meters = ReturnType<typeof declare>;

function declare() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const counter = <L extends string>(name: string, help: string, ...labelNames: L[]) =>
    new Counter<L>({ name: NAME + name, help, labelNames, registers });
  const histogram = <L extends string>(name: string, help: string, buckets: number[], ...labelNames: L[]) =>
    new Histogram<L>({ name: NAME + name, help, buckets, labelNames, registers });
  return {
    registry,
    webhooks: counter(
      "webhooks_total",
      "Webhooks answered, by group of topics and status of the answer",
      "group",
      "status",
    ),
    webhookSeconds: histogram("webhook_seconds", "From a webhook's arrival to its answer", QUICK),
    refused: counter(
      "door_refused_total",
      "Requests and connections that the ingress did not let in, by reason",
      "reason",
    ),
    removalsDenied: counter(
      "removals_denied_total",
      "Webhooks that told of the app's removal from a shop into which Shopify still lets it",
    ),
    erasuresDenied: counter(
      "erasures_denied_total",
      "Webhooks that asked to erase a shop into which Shopify still lets the app",
    ),
    requestSeconds: histogram(
      "request_seconds",
      "From any other request's arrival to its answer, by kind",
      QUICK,
      "kind",
      "class",
    ),
    jobSeconds: histogram("job_seconds", "How long a job ran, by name and outcome", LONG, "job", "outcome"),
    differences: counter("sweep_differences_total", "Orders and customers that a sweep found changed"),
    adminRequests: counter(
      "admin_api_requests_total",
      "Answers of Shopify's Admin API: ok, throttled, retried, refused (access revoked), failed",
      "outcome",
    ),
    adminWait: histogram(
      "admin_api_wait_seconds",
      "Time held back before a call, by pace or back-off",
      QUICK,
    ),
    querySeconds: histogram(
      "warehouse_query_seconds",
      "A query in the warehouse, the wait at the gate left out, by outcome",
      QUICK,
      "outcome",
    ),
    gateSeconds: histogram("warehouse_gate_seconds", "What a query waits for its turn", QUICK),
    mergeSeconds: histogram("warehouse_merge_seconds", "A merge, by outcome", LONG, "outcome"),
    mergedRows: counter("warehouse_merged_rows_total", "Rows that merges wrote, by table", "table"),
    gaps: counter("warehouse_gaps_total", "Merged orders whose ledger differs from Shopify's totals"),
    compactions: counter("warehouse_compactions_total", "Shops whose storage was written anew or vacuumed"),
    revivals: counter(
      "warehouse_revivals_total",
      "Times that DuckDB's instance died and another was opened, or tried to be",
    ),
    copiesBroken: counter(
      "warehouse_copies_broken_total",
      "Shops' files put aside because they cannot be read",
    ),
    clockAhead: new Gauge({
      name: `${NAME}clock_ahead_seconds`,
      help: "This machine's clock ahead of Shopify's at its last answer; below zero: behind",
      registers,
    }),
    metaReads: counter("warehouse_meta_reads_total", "Looks at what a shop's copy says of itself"),
    keptAnswers: counter("kept_answers_total", "Answers found kept (hit) or computed (miss)", "result"),
  };
}

/** The server and the route bundle load this module apart, and count in the same meters. */
const pinned = globalThis as typeof globalThis & { __meters?: Meters };

export const meters: Meters = (pinned.__meters ??= declare());

const seconds = (since: number): number => (performance.now() - since) / 1000;

/** Runs `work` and notes how long it took under what it came to; `failed` names a failure. */
export async function timed<T, L extends string>(
  histogram: Histogram<L | "outcome">,
  labels: Partial<Record<L, string>>,
  work: () => Promise<T>,
  failed: (error: unknown) => string = () => "failed",
): Promise<T> {
  const begun = performance.now();
  const note = (outcome: string) =>
    histogram.observe({ ...labels, outcome } as Partial<Record<L | "outcome", string>>, seconds(begun));
  try {
    const result = await work();
    note("ok");
    return result;
  } catch (error) {
    note(failed(error));
    throw error;
  }
}

/** Counts the seconds between this call and the call of what it returns. */
export function since(histogram: Histogram): () => void {
  const begun = performance.now();
  return () => histogram.observe(seconds(begun));
}
