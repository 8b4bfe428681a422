// The customers of a flow between two groups as a file: all of them, in the order of the page, with figures as plain numbers.
import { BadInput, StartsAnew } from "../../errors.ts";
import { FLOW_SORTS, flowIn, type FlowSort, flowStream } from "../../movement/movement.server.ts";
import { sourceCoverage } from "../../warehouse/coverage.ts";
import { instantOf } from "../../warehouse/values.ts";
import { readFlow, readMovement } from "../movement-address.ts";
import type { ReportedShop } from "../shop.server.ts";
import { type Cell, csvResponse, money, readSeparators } from "./csv.ts";

const COLUMNS = [
  "segmentation",
  "segment_then",
  "segment_now",
  "customer_id",
  "customer_gid",
  "net_sales_then",
  "net_sales_between",
  "net_sales",
  "orders",
  "last_order_day",
  "currency",
  "then",
  "now",
  "thresholds",
  "data_complete_to",
] as const;

/** Throws UnknownSegmentation, UnknownSegment, or BadInput naming the expected form. */
export async function flowCsv(shop: ReportedShop, params: URLSearchParams): Promise<Response> {
  const { view, place, meta } = shop;
  const question = readMovement(params, shop);
  const order = readFlowSort(params.get("sort"));
  const { was, becomes, reason } = await flowIn(view, question, readFlow(params));
  const separators = readSeparators(params, place.locale);
  const fresh = sourceCoverage(meta, "orders").fresh_at;
  const { segmentation, from, to, thresholds } = question;

  async function* rows(): AsyncGenerator<Cell[][]> {
    if (reason !== null) return;
    let settled = false;
    for await (const batch of flowStream(view, { ...question, was, becomes, ...order })) {
      // A query sees the tables as they are when it begins: the first batch tells for all.
      if (!settled && (await view.settle()).currency !== meta.currency) throw new StartsAnew(shop.shop);
      settled = true;
      yield batch.map((customer) => [
        ...[segmentation, customer.was, customer.becomes, customer.customer_id],
        // A spreadsheet keeps 15 digits of a number; a text it keeps whole.
        `gid://shopify/Customer/${customer.customer_id}`,
        money(customer.net_then, place.decimals),
        money(customer.net_between, place.decimals),
        money(customer.net, place.decimals),
        ...[customer.orders, customer.last_day, meta.currency, from, to, thresholds],
        fresh === null ? null : instantOf(fresh).toISOString(),
      ]);
    }
  }
  return csvResponse(
    `movement_${segmentation}_${was ?? "any"}_${becomes ?? "any"}_${from}_${to}.csv`,
    COLUMNS,
    rows(),
    separators,
  );
}

function readFlowSort(given: string | null): { sort: FlowSort; descending: boolean } {
  const by = (given || "-net_between").replace(/^-/, "");
  const sort = FLOW_SORTS.find((each) => each === by);
  if (sort === undefined)
    throw new BadInput(`"sort" must be one of the file's columns ${FLOW_SORTS.join(", ")}.`);
  return { sort, descending: given === null || given === "" || given.startsWith("-") };
}
