// The job: what it keeps of a shop's week, when it is asked for, and what becomes of it with the shop.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { JobName } from "../../../app/queue/contract.ts";
import { addDays } from "../../../app/kpis/period.ts";
import { eventually } from "../../tools/setup/eventually.ts";
import { type App, openApp, shopWithOrders } from "../changes/app.ts";
import { openFindingShop, TODAY, WEEK } from "./shops.ts";

const PLANTED = "planted.myshopify.com";
const DAILY = "daily.myshopify.com";
const ODD = addDays(TODAY, -4);
/** Monday morning, by the shop's clock. */
const NOW = new Date(`${TODAY}T08:00:00Z`);

/** What reads the environment is loaded once it is made. */
const loadFindings = () => import("../../../app/findings/findings.server.ts");
const loadJobs = () => import("../../../app/jobs/jobs.ts");

export function describeFinding(engine: "duckdb" | "postgres"): void {
  describe(`looking for findings (${engine})`, () => {
    let app: App;
    let findings: Awaited<ReturnType<typeof loadFindings>>;
    let jobs: Awaited<ReturnType<typeof loadJobs>>;
    const shop = shopWithOrders("finding", [400, 30, 3]);
    beforeAll(async () => {
      app = await openApp(engine);
      findings = await loadFindings();
      jobs = await loadJobs();
      await openFindingShop(
        await app.runtime.warehouse(),
        PLANTED,
        { seed: 20_261_130, customers: 2_500, orders: 9_000 },
        { country: "DE", lost: 0.5 },
      );
      await openFindingShop(
        await app.runtime.warehouse(),
        DAILY,
        { seed: 59, customers: 1_500, orders: 9_000 },
        { day: ODD, lost: 0.8 },
      );
    });
    afterAll(() => app.close());

    const days = (domain: string) => app.db.findingDay.findMany({ where: { shop: domain } });
    const weeks = (domain: string) => app.db.findingWeek.findMany({ where: { shop: domain } });
    const rows = (domain: string) =>
      app.db.finding.findMany({ where: { shop: domain }, orderBy: { place: "asc" } });
    /** What a job of the shop asks for. */
    const asked = async (name: JobName, domain: string): Promise<string[]> => {
      const found: string[] = [];
      const enqueue = (job: string) => Promise.resolve(void found.push(job));
      await jobs.runJob(name, { shop: domain }, { enqueue, signal: new AbortController().signal });
      return found;
    };

    it("comes after a first sync, through the queue, and says of a small shop that it is", async () => {
      await app.opens(shop);
      await app.complete(shop);
      await eventually(async () => expect(await weeks(shop.domain)).toHaveLength(1));
      await eventually(async () => expect(await app.waiting(shop)).toEqual([]));
      expect(await weeks(shop.domain)).toMatchObject([{ silence: "too_few", looked: null, days: 28 }]);
      expect(await rows(shop.domain)).toEqual([]);
    });

    it("comes with a sweep once a week is whole, and again after a night in which its orders have changed", async () => {
      expect(await asked("sweep", shop.domain)).not.toContain("find");
      await app.db.findingWeek.deleteMany({ where: { shop: shop.domain } });
      expect(await asked("sweep", shop.domain)).toContain("find");
      await asked("find", shop.domain);
      expect(await findings.findingsDue(shop.domain, new Date(), true)).toBe(false);
      await app.db.findingWeek.updateMany({ where: { shop: shop.domain }, data: { dataVersion: 1n } });
      expect(await findings.findingsDue(shop.domain, new Date())).toBe(false);
      expect(await findings.findingsDue(shop.domain, new Date(), true)).toBe(true);
      await asked("find", shop.domain);
    });

    it("looks at days as soon as one more is whole, and again after a night in which its orders have changed", async () => {
      const where = { shop: shop.domain };
      const looked = await app.db.findingDays.findUnique({ where });
      expect(looked).toMatchObject({ silence: "too_little", looked: null });
      expect(await asked("sweep", shop.domain)).not.toContain("find");
      await app.db.findingDays.update({ where, data: { to: addDays(looked?.to ?? "", -1) } });
      expect(await asked("sweep", shop.domain)).toContain("find");
      await asked("find", shop.domain);
      expect(await app.db.findingDays.findUnique({ where })).toMatchObject({ to: looked?.to });
      await app.db.findingDays.update({ where, data: { dataVersion: 1n } });
      expect(await findings.daysDue(shop.domain, new Date())).toBe(false);
      expect(await findings.daysDue(shop.domain, new Date(), true)).toBe(true);
    });

    it("keeps the days that stand out in the place of those it kept of the same days, and sixty weeks of them", async () => {
      const found = await findings.findDaysAndKeep(DAILY, NOW);
      expect(found?.days.map(({ day }) => day)).toContain(ODD);
      const kept = await days(DAILY);
      expect(kept).toHaveLength(found?.days.length ?? 0);
      const row = { shop: DAILY, kpi: "orders", segmentation: null, segment: "total", told: {} };
      const old = [addDays(ODD, -7 * 59), addDays(TODAY, -7 * 60 - 1), addDays(TODAY, -1)];
      const free = old.filter((day) => !kept.some((each) => each.day === day));
      await app.db.findingDay.createMany({ data: free.map((day) => ({ ...row, day })) });
      await findings.findDaysAndKeep(DAILY, NOW);
      expect((await days(DAILY)).map(({ day }) => day).sort()).toEqual(
        [...kept.map(({ day }) => day), addDays(ODD, -7 * 59)].sort(),
      );
      // What is no finding is not read as one.
      expect(await findings.keptDays(DAILY)).toMatchObject({ ...found, at: NOW });
      expect(await findings.daysIn(DAILY, { from: "2020-01-01", to: TODAY })).toEqual(found?.days);
    });

    it("keeps what is found once, however often it runs", async () => {
      const found = await findings.findAndKeep(PLANTED, NOW);
      const kept = await rows(PLANTED);
      expect(kept[0]).toMatchObject({ week: WEEK, place: 0, segmentation: "country", segment: "DE" });
      expect(kept).toHaveLength(found?.findings.length ?? 0);
      await findings.findAndKeep(PLANTED, NOW);
      expect(await rows(PLANTED)).toEqual(kept);
      const [read] = await findings.keptWeeks(PLANTED, { take: 1 });
      expect(read).toMatchObject({ ...found, at: NOW });
    });

    it("keeps sixty weeks", async () => {
      const [week] = await weeks(PLANTED);
      for (const ago of [59, 60])
        await app.db.findingWeek.create({
          data: { ...week, shop: PLANTED, week: addDays(WEEK, -7 * ago), ...plain },
        });
      await findings.findAndKeep(PLANTED, NOW);
      expect((await weeks(PLANTED)).map((each) => each.week).sort()).toEqual([addDays(WEEK, -7 * 59), WEEK]);
    });

    it("leaves a shop without a copy alone, and others with it", async () => {
      expect(await findings.findAndKeep("nowhere.myshopify.com", NOW)).toBeNull();
      expect(await findings.findDaysAndKeep("nowhere.myshopify.com", NOW)).toBeNull();
      expect(await findings.daysDue("nowhere.myshopify.com", NOW)).toBe(false);
      expect(await findings.findingsDue("nowhere.myshopify.com", NOW)).toBe(false);
      expect(await asked("find", "nowhere.myshopify.com")).toEqual([]);
      expect(await weeks("nowhere.myshopify.com")).toEqual([]);
    });

    it("goes with the shop", async () => {
      const { eraseShop } = await import("../../../app/privacy/erase-shop.server.ts");
      const places = { db: app.db, warehouse: await app.runtime.warehouse(), downloads: app.directory };
      await eraseShop({ ...places, downloads: `${app.directory}/none` }, PLANTED, () =>
        Promise.resolve(false),
      );
      await eraseShop({ ...places, downloads: `${app.directory}/none` }, DAILY, () => Promise.resolve(false));
      expect(await weeks(PLANTED)).toEqual([]);
      expect(await rows(PLANTED)).toEqual([]);
      expect(await days(DAILY)).toEqual([]);
      expect(await app.db.findingDays.count({ where: { shop: DAILY } })).toBe(0);
      expect(await weeks(shop.domain)).toHaveLength(1);
    });
  });
}

const plain = { days: 7, looked: 1, silence: null, buyers: 200, dataVersion: 1n, at: NOW };
