// What shop A asks of reports: pages, files and answers with figures, each also with what B has in it.
import { asksOf, type Case } from "./asks.ts";
import type { TwoShops } from "./two-shops.ts";

/** Of long ago, so that no other shop has looked at it. */
export const B_WEEK = "2020-01-06";

export function reportCases(two: () => TwoShops): Record<string, () => Case[]> {
  const { page, asked, strictly, form, own } = asksOf(two);
  return {
    "app._index.tsx": () => own("/app", { segmentation: "country" }),
    "app.why.tsx": () => own("/app/why", { segmentation: "country", chart: "net_sales" }),
    "app.refund-rows.tsx": () => own("/app/refund-rows"),
    "app.why-rows.tsx": () => own("/app/why-rows", { segmentation: "country", chart: "net_sales" }),
    "app.segments.$segmentation.$segment.tsx": () => [
      ...own("/app/segments/country/DE"),
      { title: "B's country", ask: () => page(`/app/segments/country/${two().of.country}`), status: 404 },
      { title: "B's customer", ask: () => page(`/app/segments/customer/${two().of.customer}`), status: 404 },
      {
        title: "a segment that breaks out",
        ask: () => page(`/app/segments/country/${encodeURIComponent("JP' OR '1'='1")}`),
        status: 404,
      },
    ],
    "app.export.members[.]csv.ts": () => [
      {
        title: "all countries' members",
        ask: () => strictly("/app/export/members.csv", { segmentation: "country", segment: "DE" }),
        status: 200,
        holds: () => String([...two().a.customers.keys()][0]),
      },
      {
        title: "B's country",
        ask: () =>
          strictly("/app/export/members.csv", { segmentation: "country", segment: two().of.country }),
        status: 404,
      },
    ],
    "app.export.segments[.]csv.ts": () => [
      {
        title: "the segment table",
        ask: () => strictly("/app/export/segments.csv", { segmentation: "country" }),
        status: 200,
        holds: () => "country,DE",
      },
    ],
    "app.segments._index.tsx": () => own("/app/segments"),
    "app.segments.$segmentation._index.tsx": () => [
      ...own("/app/segments/country"),
      { title: "a grouping that is none", ask: () => page(`/app/segments/${two().b.handle}`), status: 404 },
    ],
    "app.segments.compare.tsx": () => [
      ...own("/app/segments/compare"),
      {
        title: "B's country beside A's",
        ask: () => page("/app/segments/compare", { a: "country.DE", b: `country.${two().of.country}` }),
        status: 200,
      },
    ],
    "app.kpis._index.tsx": () => [
      ...own("/app/kpis"),
      {
        title: "to pin for B",
        ask: () => asked("/app/kpis.data?index", {}, form({ kpi: "aov", pinned: "1", shop: two().b.domain })),
        status: 200,
      },
      { title: "to pin nothing", ask: () => asked("/app/kpis.data?index", {}, form({})), status: 400 },
    ],
    "app.kpis.$kpi.tsx": () => [
      ...own("/app/kpis/net_sales"),
      ...own("/app/kpis/sales_reversals"),
      {
        title: "of B's country",
        ask: () => page("/app/kpis/net_sales", { within: `country.${two().of.country}` }),
        status: 404,
      },
      { title: "of B", ask: () => page(`/app/kpis/${two().b.handle}`), status: 404 },
    ],
    "app.retention._index.tsx": () => [
      ...own("/app/retention"),
      {
        title: "of B's country",
        ask: () => page("/app/retention", { beside: `country.${two().of.country}` }),
        status: 404,
      },
    ],
    "app.journey.tsx": () => own("/app/journey"),
    "app.products.tsx": () => own("/app/products"),
    "app.reports.tsx": () => [{ title: "the page", ask: () => page("/app/reports"), status: 200 }],
    "app.settings._index.tsx": () => [{ title: "the page", ask: () => page("/app/settings"), status: 200 }],
    "app.export.segments[.]xlsx.ts": () => [
      {
        title: "the segment table as a workbook",
        ask: () => strictly("/app/export/segments.xlsx", { segmentation: "country" }),
        status: 200,
      },
      { title: "with more than it takes", ask: () => asked("/app/export/segments.xlsx"), status: 400 },
    ],
    "app.export.rows[.]csv.ts": () => [
      {
        title: "the orders of a country",
        ask: () => strictly("/app/export/rows.csv", { segmentation: "country", segment: "DE" }),
        status: 200,
        holds: () => "net_sales",
      },
      {
        title: "B's country",
        ask: () => strictly("/app/export/rows.csv", { segmentation: "country", segment: two().of.country }),
        status: 404,
      },
      {
        title: "B's customer",
        ask: () => strictly("/app/export/rows.csv", { find: String(two().of.customer) }),
        status: 200,
      },
    ],
    "app.export.receipt[.]xlsx.ts": () => [
      {
        title: "the receipt of a country's sales",
        ask: () => strictly("/app/export/receipt.xlsx", { segmentation: "country", segment: "DE" }),
        status: 200,
      },
      {
        title: "B's country",
        ask: () =>
          strictly("/app/export/receipt.xlsx", { segmentation: "country", segment: two().of.country }),
        status: 404,
      },
    ],
    "app.explain.tsx": () => [
      ...own("/app/explain"),
      {
        title: "B's country",
        ask: () => page("/app/explain", { segmentation: "country", segment: two().of.country }),
        status: 404,
      },
    ],
    "app.settings.calendar.tsx": () => [
      ...own("/app/settings/calendar"),
      {
        title: "to change nothing that is known",
        ask: () => asked("/app/settings/calendar", {}, form({ change: `{"shop":"${two().b.domain}"}` })),
        status: 400,
      },
      {
        title: "to change B's year",
        ask: () =>
          asked(
            "/app/settings/calendar",
            {},
            form({
              changes: JSON.stringify({
                ...{ chosen: {}, own: [], annotations: [], gone: [] },
                business: { weekStart: 1, yearStart: 4, weeks: null, shop: two().b.domain },
              }),
            }),
          ),
        status: 400,
      },
    ],
    "app.settings.orders.tsx": () => [
      ...own("/app/settings/orders"),
      {
        title: "to count another shop's orders",
        ask: () =>
          asked(
            "/app/settings/orders",
            {},
            form({
              intent: "count",
              choice: JSON.stringify({ tags: [], channels: [], shop: two().b.domain }),
            }),
          ),
        status: 400,
      },
      {
        title: "to choose for B",
        ask: () =>
          asked("/app/settings/orders", {}, form({ intent: "save", choice: "{}", shop: two().b.domain })),
        status: 400,
      },
    ],
    "app.findings.tsx": () => own("/app/findings"),
    "app.retention.movement.tsx": () => [
      ...own("/app/retention/movement", { segmentation: "order_count", was: "none" }),
      {
        title: "B's country",
        ask: () => page("/app/retention/movement", { segmentation: "country", becomes: two().of.country }),
        status: 200,
      },
    ],
    "app.export.flow[.]csv.ts": () => [
      {
        title: "who bought for the first time",
        ask: () =>
          strictly("/app/export/flow.csv", {
            segmentation: "country",
            was: "none",
            from: "2020-01-01",
            to: "2026-12-31",
          }),
        status: 200,
        holds: () => "customer_gid",
      },
      {
        title: "B's country",
        ask: () => strictly("/app/export/flow.csv", { segmentation: "country", becomes: two().of.country }),
        status: 404,
      },
      { title: "with more than it takes", ask: () => asked("/app/export/flow.csv"), status: 400 },
    ],
    "api.findings.ts": () => [
      {
        title: "B's week",
        ask: () => strictly("/api/findings", { week: B_WEEK }, { headers: { "X-Shop": two().b.domain } }),
        status: 404,
      },
      { title: "with more than it takes", ask: () => asked("/api/findings"), status: 400 },
    ],
    "app.views.ts": () => [
      {
        title: "to take B's view away",
        ask: () =>
          asked("/app/views", {}, form({ intent: "remove", id: two().of.view, shop: two().b.domain })),
        status: 200,
        holds: () => "gone already",
      },
      {
        title: "to save a view of B's address",
        ask: () =>
          asked(
            "/app/views",
            {},
            form({ intent: "save", name: "A's", address: "/app", shop: two().b.domain }),
          ),
        status: 200,
        holds: () => "View saved",
      },
      { title: "to do nothing", ask: () => asked("/app/views", {}, form({})), status: 400 },
    ],
    "api.segments.ts": () => [
      {
        title: "segments",
        ask: () => strictly("/api/segments"),
        status: 200,
        holds: () => `"segmentations":[`,
      },
      { title: "with more than it takes", ask: () => asked("/api/segments"), status: 400 },
    ],
    "api.kpis.ts": () => [
      {
        title: "figures",
        ask: () =>
          strictly("/api/kpis", { segmentation: "country" }, { headers: { "X-Shop": two().b.domain } }),
        status: 200,
        holds: () => `"shop":"${two().a.domain}"`,
      },
      { title: "with more than it takes", ask: () => asked("/api/kpis"), status: 400 },
    ],
    "api.refunds.ts": () => [
      {
        title: "refunds both ways",
        ask: () => strictly("/api/refunds", {}, { headers: { "X-Shop": two().b.domain } }),
        status: 200,
        holds: () => `"shop":"${two().a.domain}"`,
      },
      { title: "with more than it takes", ask: () => asked("/api/refunds"), status: 400 },
    ],
    "app.export.cohorts[.]csv.ts": () => [
      {
        title: "the cohorts of a country",
        ask: () => strictly("/app/export/cohorts.csv", { within: "country.DE" }),
        status: 200,
        holds: () => "active_customers,each,month,country.DE",
      },
      {
        title: "of B's country",
        ask: () => strictly("/app/export/cohorts.csv", { within: `country.${two().of.country}` }),
        status: 404,
      },
    ],
    "api.cohorts.ts": () => [
      {
        title: "cohorts of a country",
        ask: () =>
          strictly("/api/cohorts", { within: "country.DE" }, { headers: { "X-Shop": two().b.domain } }),
        status: 200,
        holds: () => `"shop":"${two().a.domain}"`,
      },
      {
        title: "cohorts of B's country",
        ask: () => strictly("/api/cohorts", { within: `country.${two().of.country}` }),
        status: 404,
      },
      { title: "with more than it takes", ask: () => asked("/api/cohorts"), status: 400 },
    ],
    ...Object.fromEntries(
      [
        ["api.why.ts", "/api/why", () => `"shop":"${two().a.domain}"`] as const,
        ["api.movement.ts", "/api/movement", () => `"shop":"${two().a.domain}"`] as const,
        ["api.segment-history.ts", "/api/segment-history", () => `"shop":"${two().a.domain}"`] as const,
        ["api.telling-cuts.ts", "/api/telling-cuts", () => `"cuts":[`] as const,
        ["api.explain.ts", "/api/explain", () => `"shop":"${two().a.domain}"`] as const,
        ["api.rows.ts", "/api/rows", () => `"shop":"${two().a.domain}"`] as const,
      ].map(([file, path, holds]) => [
        file,
        () => [
          {
            title: "why a figure moved",
            ask: () => strictly(path, { segmentation: "country" }, { headers: { "X-Shop": two().b.domain } }),
            status: 200,
            holds,
          },
          { title: "with more than it takes", ask: () => asked(path), status: 400 },
        ],
      ]),
    ),
  };
}
