// What a script, a page and a file say of who moved between two days.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { HistoryAnswer, movementAnswer } from "../../../app/reports/movement-answer.server.ts";
import { openShop } from "../kpis/shop.ts";
import { reaching } from "../warehouse/reaching.ts";
import { openSite, type Site } from "./site.ts";

const SHOP = "random.myshopify.com";
const NEW = "new.myshopify.com";
const days = "from=2026-02-15&to=2026-03-31";
let site: Site;

beforeAll(async () => {
  site = await openSite();
  for (const shop of [SHOP, NEW]) await site.install(shop);
  await openShop(site.warehouse, { seed: 7, customers: 400, orders: 1500 }, SHOP);
});
afterAll(() => site.close());

type Answer = Awaited<ReturnType<typeof movementAnswer>>;
const movement = async (query: string): Promise<Answer> =>
  (await (await site.call(SHOP, `/api/movement?${days}&${query}`)).json()) as Answer;
const history = async (query: string): Promise<HistoryAnswer> =>
  (await (await site.call(SHOP, `/api/segment-history?${days}&${query}`)).json()) as HistoryAnswer;
const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

describe("GET /api/movement", () => {
  it("answers flows that add up to both days' groups, with ranges and whether sizes shifted", async () => {
    const answer = await movement("segmentation=rfm");
    expect(answer).toMatchObject({
      ...{ shop: SHOP, currency: "EUR", segmentation: "rfm", from: "2026-02-15", to: "2026-04-01" },
      ...{ thresholds: "first", reason: null },
    });
    for (const { id, then, now, left, leftShare } of answer.segments) {
      const sum = (side: "was" | "becomes") =>
        total(answer.flows.filter((flow) => flow[side] === id).map(({ customers }) => customers));
      expect([sum("was"), sum("becomes")]).toEqual([then, now]);
      if (leftShare === null) expect(then).toBe(0);
      else {
        expect(leftShare.value).toBeCloseTo(left / then, 12);
        expect(leftShare.interval.low).toBeLessThanOrEqual(leftShare.value);
        expect(leftShare.interval.high).toBeGreaterThanOrEqual(leftShare.value);
      }
    }
    const { both = 0, moved = 0 } = answer.customers ?? {};
    expect(moved).toBeGreaterThan(0);
    expect(answer.sentences[0]).toBe(
      `${moved} of ${both} customers with an order before Feb 15, 2026 are in another group on Apr 1, 2026.`,
    );
    expect(answer.sentences.join(" ")).toContain("The cut points are those of Feb 15, 2026 on both days");
    expect(answer.shift.pValue === null).toBe(answer.shift.reason !== null);
    const own = await movement("segmentation=rfm&thresholds=each");
    expect(own.thresholds).toBe("each");
    expect(own.segments.map(({ then }) => then)).toEqual(answer.segments.map(({ then }) => then));
  });

  it("says why it cannot, and where nobody can move", async () => {
    expect((await movement("segmentation=email_consent")).reason?.code).toBe("of_today");
    expect(await movement("segmentation=country")).toMatchObject({
      ...{ thresholds: null, reason: null, customers: { moved: 0 } },
      shift: { reason: "nobody_moved", pValue: null },
    });
    const young = (await (
      await site.call(SHOP, "/api/movement?segmentation=rfm&from=2025-12-01&to=2026-03-31")
    ).json()) as Answer;
    expect(young).toMatchObject({ reason: { code: "not_grouped" }, segments: [], flows: [], sentences: [] });
  });

  it.each([
    ["segmentation=weather", 404, "weather"],
    ["segmentation=order_channel", 400, "segmentation"],
    ["thresholds=never", 400, "thresholds"],
    ["thresholds=first&thresholds=each", 400, "thresholds"],
    ["compare=none", 400, "compare"],
    ["from=0000-00-00&to=%00", 400, "from"],
    ["locale=%00", 400, "locale"],
  ])("refuses %s with %i", async (query, status, named) => {
    for (const path of ["/api/movement", "/api/segment-history"]) {
      const response = await site.call(SHOP, `${path}?${query}`);
      expect(response.status).toBe(status);
      expect(((await response.json()) as { error: string }).error).toContain(named);
    }
  });

  it("answers once there is a copy", async () => {
    expect((await site.call(NEW, "/api/movement")).status).toBe(409);
  });
});

describe("GET /api/segment-history", () => {
  it("answers sizes at the start of each month, and a KPI of each month", async () => {
    const answer = await history("segmentation=order_count&kpi=aov");
    expect(answer.days.map(({ day }) => day).slice(0, 3)).toEqual(["2025-12-01", "2026-01-01", "2026-02-01"]);
    const sizes = answer.days.map(({ members }) => total(Object.values(members ?? {})));
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
    expect(answer.kpi).toMatchObject({ kpi: "aov", unit: "money" });
    expect((await history("segmentation=order_count")).kpi).toBeNull();
    expect((await site.call(SHOP, "/api/segment-history?kpi=weather")).status).toBe(404);
  });
});

describe("the file of a flow", () => {
  const file = (query: string) => site.call(SHOP, `/app/export/flow.csv?${days}&${query}`);

  it("has its customers, with their net sales in between, which add up to the flow's", async () => {
    const { flows } = await movement("segmentation=order_count");
    const flow = flows.find(({ was, becomes }) => was === "1" && becomes === "2");
    const response = await file("segmentation=order_count&was=1&becomes=2");
    expect(response.status).toBe(200);
    const [head = "", ...lines] = (await response.text()).trim().split("\r\n");
    expect(head).toContain("segment_then,segment_now,customer_id");
    expect(lines).toHaveLength(flow?.customers ?? 0);
    const cents = lines.map((line) => Math.round(100 * Number(line.split(",")[6])));
    expect(total(cents)).toBe(flow?.netBetween);
    expect(cents).toEqual([...cents].sort((a, b) => b - a));
  });

  it.each([
    ["segmentation=order_count", 400],
    ["segmentation=order_count&was=weather", 404],
    ["segmentation=order_count&becomes=none", 404],
    ["segmentation=order_count&was=1&sort=weather", 400],
    ["segmentation=country&was=JP%27%20OR%20%271%27%3D%271", 404],
  ])("is refused for %s with %i", async (query, status) => {
    expect((await file(query)).status).toBe(status);
  });
});

describe("the page", () => {
  const page = async (query: string): Promise<string> => {
    const response = await site.page(SHOP, `/app/retention/movement?${days}&${query}`);
    expect(response.status).toBe(200);
    return response.text();
  };

  it("says how many moved, draws it, and lists the customers of a flow with their file", async () => {
    const { customers, flows } = await movement("segmentation=order_count");
    const html = await page("segmentation=order_count&was=1&becomes=2");
    expect(html).toContain(`${customers?.moved ?? 0} of ${customers?.both ?? 0} customers`);
    expect(html).toContain(
      'aria-label="Customers by group, then and now: ribbons as wide as customers are many"',
    );
    const flow = flows.find(({ was, becomes }) => was === "1" && becomes === "2");
    expect(html).toContain(`Customers: 1 order on Feb 15, 2026, 2 orders on Apr 1, 2026`);
    expect(html).toMatch(
      new RegExp(`Showing 1–${flow?.customers ?? 0} of ${flow?.customers ?? 0} customers`),
    );
    expect(html).toContain("Not bought yet");
  });

  it("leaves out what it cannot read, and says so; says why there is nothing to tell", async () => {
    const html = await page("segmentation=order_count&was=weather&thresholds=never");
    expect(html).toContain("There is no group “weather” here");
    expect(html).toContain("There are no cut points “never”");
    expect(await page("segmentation=email_consent")).toContain("Only today&#x27;s state is known");
    expect(await page("segmentation=country")).toContain("The first order settles these groups");
    // What orders are grouped by groups no customers.
    expect(await page("segmentation=order_channel")).toContain("Recency, frequency, spend (RFM)");
  });
});

describe("while customers are hidden, or orders are still read", () => {
  it.each(["customers_hidden", "loading"] as const)("tells nothing, and why: %s", async (state) => {
    await site.warehouse.of(SHOP).setMeta(reaching(state));
    const answer = await movement("segmentation=order_count");
    const code = state === "loading" ? "history_incomplete" : state;
    expect(answer).toMatchObject({ reason: { code }, flows: [], segments: [], customers: null });
    expect((await history("segmentation=order_count")).reason?.code).toBe(code);
    const lines = (
      await (await site.call(SHOP, `/app/export/flow.csv?${days}&segmentation=order_count&was=1`)).text()
    )
      .trim()
      .split("\r\n");
    expect(lines).toHaveLength(1);
  });
});
