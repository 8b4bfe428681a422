// A shop whose clock, currency or name changes.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Row } from "../../../app/warehouse/warehouse.server.ts";
import type { Shop } from "../../shopify/shop.ts";
import { type App, ago, openApp, shopWithOrders } from "./app.ts";
import type { KpiAnswer } from "../../../app/reports/kpi-answer.server.ts";
import { inOneView } from "../../../app/warehouse/view.ts";
import type { ShopView } from "../../../app/warehouse/warehouse.server.ts";
import { eventually } from "../../tools/setup/eventually.ts";
import { USUAL_CALENDAR } from "../../tools/setup/calendar.ts";

export function describeSettings(engine: "duckdb" | "postgres"): void {
  let app: App;
  beforeAll(async () => {
    app = await openApp(engine);
  });
  afterAll(() => app.close());

  async function synced(handle: string): Promise<Shop> {
    const shop = shopWithOrders(handle, [300, 200.4, 100.6, 40, 20, 3, 1, 0.02]);
    const [order] = [...shop.orders.values()];
    shop.refund(order?.id ?? 0, { amount: 300, at: ago(30.7) });
    await app.opens(shop);
    await app.complete(shop);
    await app.agrees(shop);
    return shop;
  }
  const settled = (shop: Shop) =>
    eventually(async () => {
      await app.shopify.webhooks.idle();
      expect(await app.waiting(shop)).toEqual([]);
    });

  const tables = ["sales", "orders", "order_lines", "customers", "activity", "customer_history"];
  /** All rows, without the instants at which they were read. */
  async function rows(shop: Shop): Promise<Record<string, string[]>> {
    const warehouse = await app.runtime.warehouse();
    const entries = tables.map(async (table): Promise<[string, string[]]> => {
      const found = await warehouse.of(shop.domain).query<Row>(`SELECT * FROM ${table}`);
      return [
        table,
        found
          .map((row) => {
            const kept = { ...row };
            delete kept["read_at"];
            delete kept["orders_read_at"];
            return JSON.stringify(kept);
          })
          .sort(),
      ];
    });
    return Object.fromEntries(await Promise.all(entries));
  }

  describe(`a change of the shop's settings (${engine})`, () => {
    it("puts every order on its day by the new clock at once, derived tables too, and says since when", async () => {
      const shop = await synced("clock");
      await app.checked(shop);
      const before = await rows(shop);
      const changed = new Date();
      shop.updateSettings({ timeZone: "Pacific/Kiritimati" });
      await eventually(async () => expect((await app.row(shop)).timeZone).toBe("Pacific/Kiritimati"));
      await settled(shop);
      const moved = await rows(shop);
      expect(moved["activity"]).not.toEqual(before["activity"]);

      const home = await app.text(shop, "/app");
      expect(home).toContain("Days are counted in the time zone Pacific/Kiritimati");
      expect(await app.text(shop, "/app/data")).toMatch(/Pacific\/Kiritimati since .* Europe\/Berlin before/);

      // Its months are to be compared by the new clock.
      expect(await app.db.check.count({ where: { shop: shop.domain, startedAt: { gte: changed } } })).toBe(1);

      // As if the shop had been read in the new time zone from the beginning.
      await (await app.runtime.warehouse()).of(shop.domain).drop();
      await app.queue.enqueue("sweep", { shop: shop.domain });
      await app.agrees(shop);
      await app.complete(shop);
      expect(await rows(shop)).toEqual(moved);
    });

    it("keeps its key when it is renamed, and shows the new name and domain", async () => {
      const shop = await synced("renamed");
      shop.updateSettings({ name: "Cups & Co", primaryDomain: "cups.example" });
      await eventually(async () => expect((await app.row(shop)).name).toBe("Cups & Co"));
      const page = await app.text(shop, "/app/data");
      expect(page).toContain("Cups &amp; Co");
      expect(page).toContain("cups.example");
    });

    it("reads everything again in another currency, says so meanwhile, and mixes nothing", async () => {
      const shop = await synced("moneyed");
      const before = await app.text(shop, "/app");
      expect(before).toContain("€");
      await app.work.stopJobs();
      shop.updateSettings({ currency: "JPY" });
      // An order in the new currency may arrive before the news of it.
      shop.placeOrder({ lines: [{ title: "Cup", price: 2500, quantity: 2 }] });
      await app.shopify.webhooks.idle();

      await app.work.startJobs();
      // Home is a page all the time, also when its copy goes while it is made.
      const meanwhile: string[] = [];
      let isRead = false;
      const looking = (async () => {
        while (!isRead) meanwhile.push(await app.text(shop, "/app"));
      })();
      await eventually(async () => expect((await app.row(shop)).currency).toBe("JPY"));
      await app.complete(shop);
      isRead = true;
      await looking;
      for (const page of meanwhile) expect(page.includes("€") && page.includes("¥")).toBe(false);
      await app.agrees(shop);
      expect(await (await app.runtime.warehouse()).of(shop.domain).meta()).toMatchObject({
        currency: "JPY",
        decimals: 0,
        coverage: { orders: { state: "complete" } },
      });
      const after = await app.text(shop, "/app");
      expect(after).not.toContain("€");
      expect(after).toContain("¥");
      expect(await app.text(shop, "/app/data")).toMatch(/JPY since .* EUR before/);
      await settled(shop);
      expect(await app.queue.failedJobs(shop.domain)).toEqual([]);
    });

    it("notices a currency whose amounts do not even fit the old one, though nobody tells", async () => {
      const shop = await synced("unfitting");
      app.shopify.faults.removeSubscription(shop.domain, "shop/update");
      shop.updateSettings({ currency: "KWD" });
      shop.placeOrder({ lines: [{ title: "Cup", price: 1234, quantity: 1 }] });
      await eventually(async () => expect((await app.row(shop)).currency).toBe("KWD"));
      await app.complete(shop);
      await app.agrees(shop);
      expect(await (await app.runtime.warehouse()).of(shop.domain).meta()).toMatchObject({ decimals: 3 });
    });

    it("mixes nothing wherever the process ends in the middle of that", async () => {
      const shop = await synced("interrupted");
      await app.work.stopJobs();
      const warehouse = await app.runtime.warehouse();
      const euros = await sums();
      shop.updateSettings({ currency: "JPY" });
      await app.shopify.webhooks.idle();
      await app.db.webhookEvent.deleteMany({ where: { shop: shop.domain } });

      async function sums(): Promise<unknown> {
        const meta = await warehouse.of(shop.domain).meta();
        if (meta === null) return null;
        const [found] = await warehouse
          .of(shop.domain)
          .query("SELECT CAST(coalesce(sum(total), 0) AS BIGINT) AS total, count(*) AS n FROM sales");
        return { currency: meta.currency, decimals: meta.decimals, ...found };
      }
      const { runJob } = await import("../../../app/jobs/jobs.ts");
      const asked: string[] = [];
      const tools = {
        enqueue: async (name: string) => Promise.resolve(void asked.push(name)),
        signal: new AbortController().signal,
      };
      const real = globalThis.fetch;
      let name: "sweep" | "first_sync" = "sweep";
      let ends = 0;
      const seen = new Set<string>();
      // Each time the job gets one request further, and then what holds its process goes.
      for (let requests = 0; requests < 60 && (await app.row(shop)).currencyChangedAt === null; requests += 1)
        await turn(requests);
      const noticed = await app.text(shop, "/app");
      expect(noticed).toContain("currency changed from EUR to JPY on");
      expect(noticed).toContain("€");
      expect(await app.text(shop, "/app/data")).toContain("Figures are being read again");
      name = "first_sync";
      for (
        let requests = 0;
        requests < 60 && (await app.row(shop)).firstSyncFinishedAt === null;
        requests += 1
      )
        await turn(requests);
      globalThis.fetch = real;

      async function turn(requests: number): Promise<void> {
        let left = requests;
        globalThis.fetch = (input, init) =>
          left-- > 0 ? real(input, init) : Promise.resolve(new Response("{}", { status: 404 }));
        await runJob(name, { shop: shop.domain }, tools as Parameters<typeof runJob>[2]).catch(
          () => (ends += 1),
        );
        globalThis.fetch = real;
        const state = JSON.stringify(await sums());
        const currency = /"currency":"(\w+)"/.exec(state)?.[1] ?? "none";
        seen.add(currency);
        if (currency === "EUR") expect(state).toBe(JSON.stringify(euros));
      }
      expect(ends).toBeGreaterThan(3);
      expect(asked).toContain("first_sync");
      expect([...seen]).toEqual(expect.arrayContaining(["EUR", "JPY"]));
      await app.agrees(shop);
      expect(await sums()).toMatchObject({ currency: "JPY", decimals: 0 });
      await app.work.startJobs();
    });

    it("serves no figure of the old currency under the new sign to whoever asks meanwhile", async () => {
      const shop = await synced("asked");
      const { reportedShop } = await import("../../../app/reports/shop.server.ts");
      const { kpiAnswer } = await import("../../../app/reports/kpi-answer.server.ts");
      const copy = (await app.runtime.warehouse()).of(shop.domain);
      const answers: KpiAnswer[] = [];
      const ask = (view: ShopView | null) => {
        const held = reportedShop(view, { locale: "en", now: new Date(), calendar: USUAL_CALENDAR });
        if (held === null) return expect.fail("nothing was synced");
        return kpiAnswer(held, new URLSearchParams({ kpis: "gross_sales,orders" }));
      };
      const exchanged = async () => {
        shop.updateSettings({ currency: "JPY" });
        await eventually(async () => {
          expect(await copy.meta()).toMatchObject({
            currency: "JPY",
            coverage: { orders: { state: "complete" } },
          });
        });
      };
      const made = await inOneView(copy, async (view) => {
        answers.push(await ask(view));
        if (answers.length === 1) await exchanged();
        return answers.at(-1);
      });
      const [first, second] = answers;
      if (first === undefined || second === undefined) return expect.fail("it was not read again");
      expect(made).toBe(second);
      expect([first.currency, second.currency]).toEqual(["EUR", "JPY"]);
      expect(second.asOf.dataVersion).toBeGreaterThan(first.asOf.dataVersion);
    });
  });
}
