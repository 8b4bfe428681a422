// The home page's table: which rows it shows, in which order, and what stands in place of rows that say nothing; and the
// file's address, which asks for what the page shows.
import { parse } from "csv-parse/sync";
import { viewOf } from "../../tools/setup/view.ts";
import { expect, it } from "vitest";
import { addDays } from "../../../app/kpis/period.ts";
import { readQuery } from "../../../app/reports/address.ts";
import { segmentsCsv } from "../../../app/reports/files/segment-report.server.ts";
import { homeView } from "../../../app/reports/home.server.ts";
import { reportedShop } from "../../../app/reports/shop.server.ts";
import type { Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { openBuyers, type Purchase } from "../kpis/buyers.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { USUAL_CALENDAR } from "../../tools/setup/calendar.ts";
import { reaching } from "../warehouse/reaching.ts";

const SHOP = "home.myshopify.com";
const NOW = new Date("2026-11-29T15:00:00Z");
const ranks =
  "segmentation=order_count&kpis=net_sales,orders&period=last_30_days&compare=previous_period&as_of=today";

/** Of `before` orders in summer; then one each on the days. */
const buyers = (count: number, before: number, days: readonly string[], amount: number): Purchase[][] =>
  Array.from({ length: count }, (_, index) => [
    ...Array.from({ length: before }, (_, n) => ({ day: addDays("2026-06-01", n), amount: 500 })),
    ...days.map((day) => ({ day, amount: amount + index })),
  ]);
const [NOW_THEN, THEN] = [["2026-10-10", "2026-11-10"], ["2026-10-10"]];

/** By their orders to date: 60 of two buy as before, 60 of four treble, 60 of three bought nothing more; two of eight. */
const shifting = (): Purchase[][] => [
  ...buyers(60, 0, NOW_THEN, 20_000),
  ...buyers(60, 0, ["2026-10-10", ...Array.from({ length: 3 }, (_, n) => `2026-11-1${n}`)], 2_000),
  ...buyers(60, 2, THEN, 2_500),
  ...buyers(2, 6, NOW_THEN, 300),
];

describeWarehouses("the table of segments", (open) => {
  const reported = async (warehouse: Warehouse) => {
    const shop = reportedShop(await viewOf(warehouse, SHOP), {
      locale: "en",
      now: NOW,
      calendar: USUAL_CALENDAR,
    });
    if (shop === null) throw new Error("The shop has no report.");
    return shop;
  };
  const home = async (warehouse: Warehouse, query: string) => {
    const view = await homeView(await reported(warehouse), new URLSearchParams(query));
    if (view === null) throw new Error("The shop has no home page.");
    return view;
  };

  it("puts the largest change first, in money, where it is unlikely to be chance", async () => {
    const warehouse = await open();
    await openBuyers(warehouse, SHOP, shifting());
    const usual = await home(warehouse, ranks);
    expect(usual.table.byChange).toEqual({ possible: true, text: null });
    const { table } = await home(warehouse, `${ranks}&sort=change`);
    // About +2,400 of four orders, -1,500 of three, 0 of two.
    const changes = table.rows.map(({ id, cells }) => [id, cells[0]?.change?.weight]);
    expect(changes.slice(0, 3)).toEqual([
      ["4-5", "more_than_noise"],
      ["3", "more_than_noise"],
      ["2", "noise"],
    ]);
    expect(table.byChange.text).toBe(
      "Ordered by the change in net sales: first where it is unlikely to be chance, the largest on top.",
    );
    expect(table.columns.map(({ sorted }) => sorted)).toEqual(["none", "none", "none", "none"]);
  });

  it("lets one line stand for segments that cannot be judged, or are of nobody", async () => {
    const warehouse = await open();
    await openBuyers(warehouse, SHOP, shifting());
    const compared = await home(warehouse, ranks);
    expect(compared.table.folded?.rows.map(({ id }) => id)).toEqual(["1", "6-10", "11-plus"]);
    expect(compared.table.folded?.text).toBe(
      "3 groups with too few customers to judge: €6.01 net sales together",
    );
    const alone = await home(warehouse, ranks.replace("previous_period", "none"));
    expect(alone.table.folded?.rows.map(({ id }) => id)).toEqual(["1", "11-plus"]);
    expect(alone.table.folded?.text).toBe("2 groups without a customer");
  });

  it("says once why no segment can be told, and shows what can be", async () => {
    const warehouse = await open();
    await openBuyers(warehouse, SHOP, shifting(), [{ day: "2026-11-12", amount: 4_000 }]);
    await warehouse.of(SHOP).setMeta(reaching("loading", "2026-09-01"));
    const { table, small } = await home(warehouse, ranks);
    expect(table.missing).toBe(
      "Segments need every order of each customer, and older ones are still missing.",
    );
    expect(table.rows.map(({ id, cells }) => [id, cells[1]?.value])).toEqual([["guest", "1"]]);
    expect(table.total.cells[1]?.value).not.toBe("–");
    expect(table.folded).toBeNull();
    expect(small).toBeNull();
  });

  it("does not call a shop small before the month is here", async () => {
    const warehouse = await open();
    await openBuyers(warehouse, SHOP, buyers(5, 0, ["2026-11-25"], 1_000));
    expect((await home(warehouse, "")).small?.buyers).toBe(5);
    await warehouse.of(SHOP).setMeta(reaching("loading", "2026-11-20"));
    expect((await home(warehouse, "")).small).toBeNull();
    await warehouse.of(SHOP).setMeta(reaching("loading", "2026-10-01"));
    expect((await home(warehouse, "")).small?.buyers).toBe(5);
  });

  it("is a file as it stands there: rows, order, columns, figures, ranges and what stands beside them", async () => {
    const warehouse = await open();
    await openBuyers(warehouse, SHOP, shifting());
    const asked =
      "segmentation=order_count&as_of=today&sort=-aov&ranges=1&kpis=net_sales,aov,returning_customer_rate,orders_per_customer";
    const { files, table } = await home(warehouse, asked);
    const shop = await reported(warehouse);
    const query = new URL(files.table, "https://app.example").searchParams;
    const [head = [], ...lines] = parse(await (await segmentsCsv(shop, query)).text(), {
      bom: true,
    });
    const shown = [table.total, ...table.rows, ...(table.folded?.rows ?? [])];
    expect(lines.map(([label]) => label)).toEqual(shown.map(({ label }) => label));
    expect(head.slice(0, 3)).toEqual(["Segment", "Customers", "Net sales (EUR)"]);
    const column = (name: string) => lines.map((line) => line[head.indexOf(name)]);
    const plain = (text: string) => text.replace(/[€,]/g, "").replace("−", "-").replace("–", "");
    for (const [name, nth] of [
      ["Net sales (EUR)", 0],
      ["Average order value (EUR)", 1],
      ["Returning customer rate", 2],
      ["Purchase frequency", 3],
    ] as const)
      expect(column(name), name).toEqual(shown.map(({ cells }) => plain(cells[nth]?.value ?? "")));
    expect(column("Average order value: range")).toEqual(
      shown.map(({ cells }) => cells[1]?.shortRange ?? ""),
    );
    expect(column("Net sales: change")).toEqual(
      shown.map(({ cells }) => {
        const change = cells[0]?.change;
        if (change == null || change.weight === "unjudged") return "";
        return { up: `▲ ${change.text}`, down: `▼ ${change.text}`, flat: change.text }[change.direction];
      }),
    );
    expect(column("Net sales: change").join("")).not.toBe("");
    expect(column("Net sales: verdict")).toContain("Unlikely to be chance");
    // What is not shown is not in it.
    expect(head).not.toContain("Net sales: range");
    const without = new URL((await home(warehouse, asked.replace("ranges=1", ""))).files.table, "https://x");
    expect(await (await segmentsCsv(shop, without.searchParams)).text()).not.toContain(": range");
    await expect(segmentsCsv(shop, new URLSearchParams("layout=wide"))).rejects.toThrow(/"layout" must be/);
  });

  it("is a file of what it shows, whatever else its address says", async () => {
    const warehouse = await open();
    await openBuyers(warehouse, SHOP, shifting());
    const asked =
      "utm_source=mail&fbclid=1&period=luck&segmentation=country&kpis=aov,weather&sort=-aov&page=x";
    const { files, notices } = await home(warehouse, asked);
    expect(notices).toHaveLength(3);
    const url = new URL(files.all, "https://app.example");
    expect(url.pathname).toBe("/app/export/segments.csv");
    expect(Object.fromEntries(url.searchParams)).toEqual({
      segmentation: "country",
      period: "last_30_days",
      compare: "previous_period",
      as_of: "start",
      kpis: "aov",
      sort: "-aov",
      locale: "en",
    });
    const table = new URL(files.table, "https://app.example").searchParams;
    expect(Object.fromEntries(table)).toEqual({
      ...Object.fromEntries(url.searchParams),
      layout: "table",
    });
    const days = await home(warehouse, "from=2026-10-01&to=2026-10-31&compare=none");
    const query = new URL(days.files.all, "https://app.example").searchParams;
    expect(readQuery(query, { today: "2026-11-29", ...USUAL_CALENDAR }).period).toEqual({
      from: "2026-10-01",
      to: "2026-11-01",
    });
  });
});
