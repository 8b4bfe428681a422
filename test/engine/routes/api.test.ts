import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { KpiAnswer } from "../../../app/reports/kpi-answer.server.ts";
import { openShop } from "../kpis/shop.ts";
import { openSite, period, sessionToken, type Site } from "./site.ts";

const SHOP = "random.myshopify.com";
const OTHER = "other.myshopify.com";
const NEW = "new.myshopify.com";
let site: Site;

beforeAll(async () => {
  site = await openSite();
  for (const shop of [SHOP, OTHER, NEW]) await site.install(shop);
  await openShop(site.warehouse, { seed: 7, customers: 400, orders: 1500 }, SHOP);
  await openShop(site.warehouse, { seed: 8, customers: 60, orders: 200 }, OTHER);
});
afterAll(() => site.close());

const kpis = async (shop: string, query: string): Promise<KpiAnswer> =>
  (await (await site.call(shop, `/api/kpis?${query}`)).json()) as KpiAnswer;

describe("GET /api/kpis", () => {
  it("answers for the shop and each segment, money in minor units, days as in the address", async () => {
    const answer = await kpis(
      SHOP,
      `segmentation=country&kpis=net_sales,aov&${period}&compare=previous_period`,
    );
    const [from, to] = period.split("&").map((part) => part.split("=")[1]);

    expect(answer).toMatchObject({
      shop: SHOP,
      currency: "EUR",
      decimals: 2,
      timeZone: "Europe/Berlin",
      period: { from, to },
      segmentation: "country",
      membersAt: "start",
      membersOn: from,
    });
    expect(Object.keys(answer.total.kpis)).toEqual(["net_sales", "aov"]);
    const { net_sales } = answer.total.kpis;
    expect(Number.isSafeInteger(net_sales?.value)).toBe(true);
    expect(net_sales).toMatchObject({ unit: "money", reason: null });
    expect(net_sales).toMatchObject({ kind: "fact", interval: null, parts: null });
    const { aov } = answer.total.kpis;
    expect(aov).toMatchObject({ kind: "estimate", interval: { sureness: expect.any(String) as string } });
    expect(aov?.interval?.low).toBeLessThan(aov?.value ?? 0);
    expect(net_sales?.change?.absolute).toBe((net_sales?.value ?? 0) - (net_sales?.previous ?? 0));
    const sum = answer.segments.reduce((all, segment) => all + (segment.kpis.net_sales?.value ?? 0), 0);
    expect(sum).toBe(net_sales?.value);
  });

  it("gives the reason where there is no value", async () => {
    const answer = await kpis(SHOP, `segmentation=order_count&kpis=aov&${period}&compare=previous_period`);
    const figures = answer.segments.map((segment) => segment.kpis.aov);

    expect(figures.find((figure) => figure?.value === null)?.reason).toEqual({
      code: "no_value",
      text: "No orders",
    });
    expect(figures.map((figure) => figure?.change?.reason)).toContainEqual({
      code: "too_few",
      text: expect.stringMatching(/\d+ needed to judge/) as string,
    });
  });

  it("compares with days of one's own, and holds segments against everyone else where that is asked for", async () => {
    const asked = `kpis=net_sales,aov&${period}&compare=custom&compare_from=2020-01-01&compare_to=2020-01-31`;
    const answer = await kpis(SHOP, `segmentation=country&${asked}&against=everyone_else`);

    expect(answer.comparedWith).toEqual({ from: "2020-01-01", to: "2020-01-31" });
    expect(answer.against?.verdictFamilies[0]?.method).toBe("benjamini_yekutieli");
    for (const { kind, kpis: own, against } of answer.segments.filter((row) => row.kind === "segment")) {
      expect(kind).toBe("segment");
      expect(against?.net_sales?.difference).toBeNull();
      expect(against?.net_sales?.value).toBe(
        (answer.total.kpis.net_sales?.value ?? 0) - (own.net_sales?.value ?? 0),
      );
      const { value = null, difference } = against?.aov ?? {};
      if (own.aov?.value == null || value === null) continue;
      expect(difference?.absolute).toBe(own.aov.value - value);
    }
    expect(answer.segments.find((row) => row.kind === "guest")?.against).toBeUndefined();
    expect((await kpis(SHOP, `segmentation=country&${period}`)).segments[0]).not.toHaveProperty("against");
  });

  it("answers programs that Shopify's library takes for crawlers", async () => {
    const response = await site.call(SHOP, `/api/kpis?${period}`, { headers: { "User-Agent": "curl/8.14" } });

    expect(response.status).toBe(200);
  });

  it.each([
    ["kpis=weather", 404, "weather"],
    ["segmentation=weather", 404, "weather"],
    ["from=31.10.2026&to=2026-11-01", 400, "YYYY-MM-DD"],
    ["from=2026-02-30&to=2026-03-01", 400, "YYYY-MM-DD"],
    ["compare=sometime", 400, "previous_period"],
    ["compare=custom&compare_from=2026-01-01", 400, "compare_to"],
    ["against=nowhere&segmentation=country", 404, "NOWHERE"],
    ["against=everyone_else&segmentation=order_channel", 400, "a segmentation of all customers"],
    ["as_of=yesterday", 400, "start, end, today"],
  ])("refuses %s with %d and says why, as JSON", async (query, status, words) => {
    const response = await site.call(SHOP, `/api/kpis?${query}`);

    expect(response.status).toBe(status);
    expect(response.headers.get("Content-Type")).toContain("application/json");
    expect(((await response.json()) as { error: string }).error).toContain(words);
  });

  it("refuses whoever has no token, a forged one, or one for a shop without data", async () => {
    const forged = { headers: { Authorization: `Bearer ${sessionToken(SHOP, "another secret")}` } };

    for (const response of [await site.raw("/api/kpis"), await site.raw("/api/kpis", forged)]) {
      expect(response.status).toBe(401);
      expect(await response.json()).toHaveProperty("error");
    }
    expect((await site.call(NEW, "/api/kpis")).status).toBe(409);
  });

  it("answers for the token's shop, whatever the address says", async () => {
    const answer = await kpis(OTHER, `kpis=orders&${period}&shop=${SHOP}`);

    expect(answer.shop).toBe(OTHER);
    expect(answer.total.kpis.orders?.value).toBeLessThan(200);
  });
});

describe("an address under /api", () => {
  const EXTENSIONS = "https://extensions.shopifycdn.com";
  const there = ["/api/kpis", "/api/sync"];
  const all = [...there, "/api/nothing", "/api/kpis/more"];

  it.each(all)("lets scripts of another origin ask beforehand, without a token: %s", async (address) => {
    const headers = {
      Origin: EXTENSIONS,
      "Access-Control-Request-Method": "GET",
      "Access-Control-Request-Headers": "authorization",
    };
    for (const response of [
      await site.raw(address, { method: "OPTIONS", headers }),
      await site.call(SHOP, address, { method: "OPTIONS", headers }),
      await site.raw(address, { method: "OPTIONS" }),
    ]) {
      expect(response.status).toBe(204);
      expect(await response.text()).toBe("");
      expect(response.headers.get("Access-Control-Allow-Origin")).toBe("*");
      expect(response.headers.get("Access-Control-Allow-Headers")).toMatch(/authorization/i);
      expect(response.headers.get("Access-Control-Allow-Methods")).toMatch(/GET/);
    }
  });

  it("answers them, and refuses them in words that they may read", async () => {
    const headers = { Origin: EXTENSIONS };
    const asked: [Promise<Response>, number][] = [
      ...there.map((address): [Promise<Response>, number] => [site.call(SHOP, address, { headers }), 200]),
      ...there.map((address): [Promise<Response>, number] => [site.raw(address, { headers }), 401]),
      [site.call(SHOP, "/api/kpis?period=ever", { headers }), 400],
      [site.call(NEW, "/api/kpis", { headers }), 409],
      [site.call(SHOP, "/api/nothing", { headers }), 404],
      [site.raw("/api/nothing", { headers }), 404],
      ...all.flatMap((address) =>
        ["POST", "PUT", "PATCH", "DELETE"].map((method): [Promise<Response>, number] => [
          site.call(SHOP, address, { method, headers, body: "{}" }),
          405,
        ]),
      ),
    ];
    for (const [answer, status] of asked) {
      const response = await answer;
      expect(response.status).toBe(status);
      expect(response.headers.get("Access-Control-Allow-Origin")).toBe("*");
      expect(response.headers.get("Content-Type")).toContain("application/json");
      const said = (await response.json()) as { error?: string };
      if (status !== 200) expect(said.error).toMatch(/\w/);
      if (status === 405) expect(response.headers.get("Allow")).toBe("GET, HEAD, OPTIONS");
    }
  });
});

describe("what the figures are cut by", () => {
  const sum = (rows: KpiAnswer["segments"]) =>
    rows.reduce((all, { kpis: { net_sales } }) => all + (net_sales?.value ?? 0), 0);
  const rows = async (query: string) => {
    const file = await (await site.call(SHOP, `/app/export/segments.csv?${query}`)).text();
    return parse<Record<string, string>>(file, { columns: true, bom: true });
  };

  it("may be orders, which add up to the shop while nothing is told of customers", async () => {
    const query = `segmentation=order_channel&kpis=net_sales,buyer_rate&${period}`;
    const answer = await kpis(SHOP, query);
    expect(sum(answer.segments)).toBe(answer.total.kpis.net_sales?.value);
    expect(answer.segments.map((row) => row.kpis.buyer_rate?.reason?.code)).toContain("not_by_order");
    expect(answer.total.kpis.buyer_rate?.value).toBeGreaterThan(0);
    const file = await rows(query);
    expect(file.filter(({ kpi }) => kpi === "net_sales").map(({ segment }) => segment)).toEqual([
      "total",
      ...answer.segments.map(({ id }) => id),
    ]);
  });

  it("may be one segment's customers, in the file as in the answer", async () => {
    const query = `segmentation=channel&within=order_count.2&kpis=net_sales&${period}`;
    const answer = await kpis(SHOP, query);
    const whole = await kpis(SHOP, `segmentation=order_count&kpis=net_sales&${period}`);
    const segment = whole.segments.find(({ id }) => id === "2");
    expect(answer.within).toEqual({ segmentation: "order_count", segment: "2" });
    expect(answer.total).toMatchObject({ id: "2", kind: "within", kpis: segment?.kpis });
    expect(sum(answer.segments)).toBe(segment?.kpis.net_sales?.value);
    expect((await rows(query)).map((row) => row.within)).toContain("order_count.2");
  });

  it("may be sets that the query declares, each beside everyone else", async () => {
    const sets = JSON.stringify([
      { id: "often", label: "Often", rule: { had: "orders", atLeast: 3 } },
      {
        id: "big",
        label: "Big",
        rule: {
          all: [
            { had: "net", atLeast: 20_000 },
            { ordered: 90, atLeast: 1 },
          ],
        },
      },
    ]);
    const query = `sets=${encodeURIComponent(sets)}&kpis=net_sales&${period}`;
    const answer = await kpis(SHOP, query);
    expect([answer.segmentation, answer.segments.map(({ id, kind }) => [id, kind])]).toEqual([
      null,
      [
        ["often", "set"],
        ["big", "set"],
      ],
    ]);
    for (const { kpis: own, everyoneElse } of answer.segments)
      expect((own.net_sales?.value ?? 0) + (everyoneElse?.kpis.net_sales?.value ?? 0)).toBe(
        answer.total.kpis.net_sales?.value,
      );
    expect((await rows(query)).map(({ segment }) => segment)).toEqual([
      ...["total", "often", "others:often", "big", "others:big"],
    ]);
  });

  it("may be tags, of which a shop may have none", async () => {
    const answer = await kpis(SHOP, `segmentation=tags&kpis=net_sales&${period}`);
    expect(answer.segments).toEqual([]);
    expect(answer.total.kpis.net_sales?.value).toBeGreaterThan(0);
  });

  it("is refused where it is not there", async () => {
    for (const query of ["within=order_count.7", "within=luck.champions", "segmentation=luck"])
      expect((await site.call(SHOP, `/api/kpis?${query}&${period}`)).status, query).toBe(404);
    const deep = JSON.stringify([
      {
        id: "a",
        label: "A",
        rule: Array.from({ length: 5 }).reduce((rule) => ({ not: rule }), { tag: "x" }),
      },
    ]);
    expect((await site.call(SHOP, `/api/kpis?sets=${encodeURIComponent(deep)}&${period}`)).status).toBe(400);
  });
});

describe("the parameters of an address", () => {
  const segments = (query: string) => site.call(SHOP, `/app/export/segments.csv?${query}`);

  it("are lists where there may be several, however they are given", async () => {
    const one = await kpis(SHOP, `kpis=orders,aov&${period}`);
    for (const query of ["kpis=orders&kpis=aov", "kpis[]=orders&kpis[]=aov", "kpis=orders&kpis=&kpis[]=aov"])
      expect(await kpis(SHOP, `${query}&${period}`)).toEqual(one);
    const file = await (await segments(`kpis=orders,aov&${period}`)).text();
    expect(await (await segments(`kpis=orders&kpis=aov&${period}`)).text()).toBe(file);
  });

  const names = fc
    .oneof(
      fc.string({ minLength: 1, maxLength: 60 }),
      fc.constantFrom("start", "end", "KPIs", "kpi", "kpis[0]", "period[]", "__proto__", "constructor", "\0"),
    )
    .filter(
      (name) =>
        !/^(kpis(\[\])?|segmentation|sets|within|period|from|to|compare|as_of|locale|sort|page|chart)$/.test(
          name,
        ),
    )
    .filter(
      (name) =>
        !/^(appLoadId|embedded|hmac|host|id_token|link_source|protocol|session|shop|timestamp)$/.test(name),
    );
  const addresses = ["/api/kpis", "/api/sync", "/app/export/segments.csv", "/app/export/members.csv"];

  it("are refused by name when there is no such parameter, wherever they stand", () =>
    fc.assert(
      fc.asyncProperty(names, fc.string(), fc.constantFrom(...addresses), async (name, value, address) => {
        const response = await site.call(SHOP, `${address}?${new URLSearchParams([[name, value]])}`);
        expect(response.status).toBe(400);
        const { error, message } = (await response.json()) as { error?: string; message?: string };
        // An address cannot hold half of a pair: it becomes U+FFFD there.
        expect(error ?? message).toContain(name.toWellFormed().slice(0, 38));
      }),
      { numRuns: 40 },
    ));

  it.each([
    ["/api/kpis", "period=yesterday&period=today", "period"],
    ["/api/kpis", "from=2026-01-01&from=2026-01-02&to=2026-02-01", "from"],
    ["/api/kpis", "compare=none&compare=none", "compare"],
    ["/api/sync", "locale=de&locale=en", "locale"],
    ["/api/sync", "locale=no_language", "locale"],
    ["/api/kpis", "within=rfm", "within"],
    ["/api/kpis", "sets=[", "sets"],
    [
      "/api/kpis",
      `sets=${encodeURIComponent('[{"id":"a","label":"A","rule":{"had":"__proto__"}}]')}`,
      "sets",
    ],
    ["/api/kpis", `sets=${encodeURIComponent("[]")}`, "sets"],
    ["/app/export/members.csv", "segment=dormant&segmentation=order_channel", "segmentation"],
    ["/app/export/members.csv", "segment=dormant&segmentation=tags", "segmentation"],
    ["/app/export/segments.csv", "period=yesterday&period=today", "period"],
    ["/app/export/segments.csv", "period=ever", "period"],
    ["/app/export/segments.csv", "from=2026-02-30&to=2026-03-01", "from"],
    ["/app/export/segments.csv", "as_of=yesterday", "as_of"],
    ["/app/export/segments.csv", "compare=sometime", "compare"],
    ["/app/export/members.csv", "segment=dormant&segment=champions", "segment"],
    ["/app/export/members.csv", "segment=dormant&sort=luck", "sort"],
    ["/app/export/members.csv", "segment=dormant&as_of=now", "as_of"],
    ["/app/export/customer.json", "request=1&request=2", "request"],
    ["/app/export/customer.json", "requests=1", "requests"],
  ])("%s?%s is refused, and says which", async (address, query, name) => {
    const response = await site.call(SHOP, `${address}?${query}`);
    expect(response.status).toBe(400);
    const { error, message } = (await response.json()) as { error?: string; message?: string };
    expect(error ?? message).toContain(`"${name}"`);
  });

  it("of Shopify's own are let through", async () => {
    const theirs = "embedded=1&host=x&hmac=x&id_token=x&link_source=x&locale=de&session=x&timestamp=1&shop=y";
    expect((await site.call(SHOP, `/api/kpis?${period}&${theirs}`)).status).toBe(200);
    expect((await segments(`${period}&sort=-orders&page=2&chart=aov&locale=de`)).status).toBe(200);
  });
});

describe("GET /api/sync", () => {
  it("gives the sync's state with its words", async () => {
    const state: unknown = await (await site.call(SHOP, "/api/sync")).json();

    expect(state).toMatchObject({ phase: "complete", lastSweepFound: 3, status: { kind: "complete" } });
  });
});

describe("exports", () => {
  const rows = async (response: Response) =>
    parse<Record<string, string>>(await response.text(), {
      bom: true,
      columns: true,
      record_delimiter: "\r\n",
    });

  it("give the segment table one row per segment and KPI, with the figures of the page", async () => {
    const query = `segmentation=country&kpis=net_sales,buyer_rate&${period}`;
    const response = await site.call(SHOP, `/app/export/segments.csv?${query}`);
    const [from, to] = period.split("&").map((part) => part.split("=")[1]);
    const answer = await kpis(SHOP, query);
    const all = await rows(response);

    expect(response.headers.get("Content-Disposition")).toContain(`segment-kpis_country_${from}_${to}.csv`);
    expect(all).toHaveLength((answer.segments.length + 1) * 2);
    expect(all[0]).toMatchObject({
      segmentation: "country",
      segment: "total",
      kpi: "net_sales",
      unit: "money",
      value: ((answer.total.kpis.net_sales?.value ?? 0) / 100).toFixed(2),
      currency: "EUR",
      period_from: from,
      period_to: to,
    });
  });

  it("give all members of a segment, not only a page of them", async () => {
    const response = await site.call(
      SHOP,
      `/app/export/members.csv?segmentation=rfm&segment=dormant&${period}&as_of=start`,
    );
    const answer = await kpis(SHOP, `kpis=orders&${period}`);
    const members = await rows(response);

    expect(response.headers.get("Content-Disposition")).toContain("segment-members_rfm_dormant_");
    expect(members).toHaveLength(answer.segments.find(({ id }) => id === "dormant")?.members ?? 0);
    expect(Object.keys(members[0] ?? {}).slice(0, 6)).toEqual([
      "segmentation",
      "segment",
      "customer_id",
      "customer_gid",
      "orders",
      "net_sales",
    ]);
    expect(members[0]?.["customer_gid"]).toBe(`gid://shopify/Customer/${members[0]?.["customer_id"]}`);
    expect(members[0]?.["data_complete_to"]).toBeDefined();
  });

  it("have the separators that are chosen, and refuse others", async () => {
    const address = `/app/export/segments.csv?segmentation=country&${period}`;
    const local = await (await site.call(SHOP, `${address}&separators=local&locale=de`)).text();
    expect(local.split("\r\n")[0]).toContain("segmentation;segment;kpi");
    const refused = await site.call(SHOP, `${address}&separators=tabs`);
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining("standard, local")]);
  });

  it("refuse segments and KPIs that do not exist", async () => {
    for (const file of ["members.csv?segment=heroes", "members.csv", "segments.csv?kpis=weather"])
      expect((await site.call(SHOP, `/app/export/${file}`)).status).toBe(404);
  });
});
