// The home page's question as one would write it by hand for this one purpose: the same sums, squares and cross-products
// by RFM group and pair of periods, without anything derived from a declaration.

const K = [1, 2, 3, 4] as const;
const FACTS = [
  ["r", "last_day"],
  ["f", "orders"],
  ["m", "net"],
] as const;
const each = (text: (score: string, fact: string, k: number) => string) =>
  FACTS.flatMap(([score, fact]) => K.map((k) => text(score, fact, k))).join(", ");
/** 1 + the fifths that the mid-rank reaches. */
const score = (of: string, fact: string) =>
  `1 + ${K.map((k) => `CAST(${fact} > ${of}${k} OR (${fact} = ${of}${k} AND ${of}i${k}) AS INTEGER)`).join(" + ")}`;

const members = (name: string, day: string) => `
  state_${name} AS (
    SELECT customer_id, orders, net, last_day FROM customer_history
    WHERE from_day < DATE '${day}' AND to_day >= DATE '${day}' AND orders > 0),
  gap_${name} AS (
    SELECT g, sum(c) OVER (ORDER BY g) AS upto, sum(c) OVER () AS total
    FROM (SELECT local_day - prev_day AS g, count(*) AS c FROM activity
      WHERE placed AND prev_day < local_day AND local_day < DATE '${day}' GROUP BY 1) AS gaps),
  rhythm_${name} AS (
    SELECT min(CASE WHEN upto >= 0.5 * total THEN g END) AS g50, min(CASE WHEN upto >= 0.9 * total THEN g END) AS g90 FROM gap_${name}),
  fifth_${name} AS (
    SELECT n, ${each((of, _, k) => `q.${of}[${k}] AS ${of}${k}`)}
    FROM (SELECT count(*) AS n, ${FACTS.map(([of, fact]) => `PERCENTILE_DISC(ARRAY[0.2, 0.4, 0.6, 0.8]) WITHIN GROUP (ORDER BY ${fact}) AS ${of}`).join(", ")} FROM state_${name}) AS q),
  cut_${name} AS (
    SELECT ${each((of, _, k) => `any_value(${of}${k}) AS ${of}${k}`)},
      ${each((of, fact, k) => `5 * (2 * count(CASE WHEN ${fact} < ${of}${k} THEN 1 END) + count(CASE WHEN ${fact} = ${of}${k} THEN 1 END)) >= ${2 * k} * count(*) AS ${of}i${k}`)}
    FROM state_${name}, fifth_${name}),
  member_${name} AS (
    SELECT customer_id, net, CASE
      WHEN r = 5 AND f + m > 6 THEN 'champions' WHEN r IN (3, 4) AND f + m > 6 THEN 'loyal'
      WHEN r IN (4, 5) AND f + m > 4 THEN 'active' WHEN r = 5 THEN 'new' WHEN r = 4 THEN 'promising'
      WHEN r = 3 THEN 'needs_attention' WHEN f + m > 8 THEN 'previously_loyal' WHEN f + m > 6 THEN 'at_risk'
      WHEN r = 2 THEN 'almost_lost' ELSE 'dormant' END AS segment
    FROM (SELECT customer_id, net,
        CASE WHEN DATE '${day}' - last_day <= g50 THEN greatest(4, ${score("r", "last_day")})
          WHEN DATE '${day}' - last_day > g90 THEN least(3, ${score("r", "last_day")}) ELSE ${score("r", "last_day")} END AS r,
        CASE WHEN orders = 1 THEN 1 ELSE ${score("f", "orders")} END AS f, ${score("m", "net")} AS m
      FROM state_${name}, cut_${name}, rhythm_${name}) AS scored)`;

const activity = (name: string, from: string, to: string) => `
  activity_${name} AS (
    SELECT coalesce(customer_id, -order_id) AS id,
      CAST(sum(gross) AS DOUBLE PRECISION) AS g, CAST(sum(discounts) AS DOUBLE PRECISION) AS d,
      CAST(sum(reversals) AS DOUBLE PRECISION) AS v, CAST(sum(gross - discounts - reversals) AS DOUBLE PRECISION) AS n,
      CAST(sum(gross - discounts - reversals + shipping + tax + duties + fees) AS DOUBLE PRECISION) AS t,
      CAST(sum(units) AS DOUBLE PRECISION) AS u, CAST(count(placed_net) AS DOUBLE PRECISION) AS o,
      CAST(coalesce(sum(placed_net), 0) AS DOUBLE PRECISION) AS p, CAST(count(CASE WHEN seq = 1 THEN 1 END) AS DOUBLE PRECISION) AS w
    FROM activity WHERE local_day >= DATE '${from}' AND local_day < DATE '${to}' GROUP BY 1)`;

const MEASURES = ["g", "d", "v", "n", "t", "u", "o", "p", "x"] as const;
const INDICATORS = ["w", "a", "k", "z", "h", "b"] as const;
/** Products that a ratio needs besides squares. */
const PRODUCTS = [
  ["p", "o"],
  ["o", "a"],
  ["n", "a"],
  ["d", "g"],
  ["v", "g"],
] as const;

/** Third powers: of every sum, and of the two sides of an average. */
const CUBES = [
  ...["g", "d", "v", "n", "t", "u", "o", "p", "x"].map((m) => [m, m, m] as const),
  ["p", "p", "o"],
  ["p", "o", "o"],
  ["o", "o", "a"],
  ["n", "n", "a"],
  ["d", "d", "g"],
  ["d", "g", "g"],
  ["v", "v", "g"],
  ["v", "g", "g"],
] as const;

const columns = (name: string) => `
  a${name}.g AS g${name}, a${name}.d AS d${name}, a${name}.v AS v${name}, a${name}.n AS n${name}, a${name}.t AS t${name},
  a${name}.u AS u${name}, a${name}.o AS o${name}, a${name}.p AS p${name}, a${name}.w AS w${name},
  CASE WHEN a${name}.o > 0 THEN 1e0 END AS a${name}, CASE WHEN a${name}.o > 1 THEN 1e0 END AS k${name}`;

const sums = (name: string) =>
  [
    ...[...MEASURES, ...INDICATORS].map((m) => `sum(${m}${name}) AS s${m}${name}`),
    ...MEASURES.flatMap((m) => [
      `sum(${m}${name} * ${m}${name}) AS q${m}${name}`,
      `count(nullif(${m}${name}, 0)) AS c${m}${name}`,
      `max(abs(${m}${name})) AS l${m}${name}`,
    ]),
    ...PRODUCTS.map(([a, b]) => `sum(${a}${name} * ${b}${name}) AS q${a}${b}${name}`),
    ...CUBES.map(([a, b, c]) => `sum(${a}${name} * ${b}${name} * ${c}${name}) AS q${a}${b}${c}${name}`),
  ].join(", ");

const cross = [
  ...[...MEASURES, ...INDICATORS].map((m) => `sum(${m}1 * ${m}0) AS x${m}`),
  ...PRODUCTS.flatMap(([a, b]) => [`sum(${a}1 * ${b}0) AS x${a}${b}`, `sum(${b}1 * ${a}0) AS x${b}${a}`]),
].join(", ");

export const HOME_BY_HAND = `
WITH ${members("1", "2025-11-01")}, ${members("0", "2024-11-01")},
  ${activity("1", "2025-11-01", "2026-11-01")}, ${activity("0", "2024-11-01", "2025-11-01")},
  people AS (
    SELECT coalesce(m1.segment, CASE WHEN a1.o > 0 THEN 'first_time' ELSE 'none' END) AS segment,
      coalesce(m0.segment, CASE WHEN a0.o > 0 THEN 'first_time' ELSE 'none' END) AS before,
      ${columns("1")}, ${columns("0")},
      m1.net + coalesce(a1.n, 0) AS x1, m0.net + coalesce(a0.n, 0) AS x0,
      CASE WHEN m1.customer_id IS NOT NULL OR c.created_day < DATE '2025-11-01' THEN 1e0 END AS z1,
      CASE WHEN m0.customer_id IS NOT NULL OR c.created_day < DATE '2024-11-01' THEN 1e0 END AS z0,
      CASE WHEN m1.customer_id IS NOT NULL THEN 1e0 END AS h1, CASE WHEN m0.customer_id IS NOT NULL THEN 1e0 END AS h0,
      CASE WHEN a1.o > 0 AND (m1.customer_id IS NOT NULL OR c.created_day < DATE '2025-11-01') THEN 1e0 END AS b1,
      CASE WHEN a0.o > 0 AND (m0.customer_id IS NOT NULL OR c.created_day < DATE '2024-11-01') THEN 1e0 END AS b0
    FROM customers AS c
    LEFT JOIN member_1 AS m1 ON m1.customer_id = c.customer_id LEFT JOIN activity_1 AS a1 ON a1.id = c.customer_id
    LEFT JOIN member_0 AS m0 ON m0.customer_id = c.customer_id LEFT JOIN activity_0 AS a0 ON a0.id = c.customer_id
    UNION ALL
    SELECT 'guest', 'guest', ${columns("1")}, ${columns("0")},
      NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
    FROM (SELECT * FROM activity_1 WHERE id < 0) AS a1 FULL JOIN (SELECT * FROM activity_0 WHERE id < 0) AS a0 ON a0.id = a1.id)
SELECT segment, before, count(*) AS customers, ${sums("1")}, ${sums("0")}, ${cross} FROM people GROUP BY segment, before`;

/** Net sales of the year's champions, with the first fifty of the orders behind it. */
export const FIGURE_BY_HAND = `
WITH ${members("1", "2025-11-01")},
  behind AS (
    SELECT a.order_id, min(a.local_day) AS day, sum(a.gross - a.discounts - a.reversals) AS net
    FROM activity AS a JOIN member_1 AS m ON m.customer_id = a.customer_id
    WHERE m.segment = 'champions' AND a.local_day >= DATE '2025-11-01' AND a.local_day < DATE '2026-11-01'
    GROUP BY a.order_id)
SELECT order_id, day, net, sum(net) OVER () AS total, count(*) OVER () AS orders FROM behind ORDER BY net DESC, order_id LIMIT 50`;
