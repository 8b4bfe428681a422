// What the state database says of checks: the last ones, what is under way, and the months as they were last compared.
import { z } from "zod";
import type { Check, PrismaClient } from "../../prisma/generated/client.ts";
import { type Failure } from "../failure.ts";
import { readFailure } from "../kept-failure.ts";
import { type Findings, findingsOf } from "../sync/check/checks.ts";
import type { Part, Verdict } from "./explain.ts";
import type { Figures, ShopifyFigures } from "./figures.ts";

/** Instants are ISO text. */
export interface CheckResult {
  startedAt: string;
  finishedAt: string;
  checked: number;
  found: Findings;
  repaired: number;
  remaining: number;
  error: Failure | null;
}

export interface MonthState {
  /** YYYY-MM */
  month: string;
  verdict: Verdict;
  shopify: Figures;
  ours: Figures;
  parts: readonly Part[];
}

export interface ChecksState {
  /** What the check under way does, and why its last turn failed. */
  running: { stage: string; since: string; error: Failure | null } | null;
  lastNight: CheckResult | null;
  /** The last sweep that mended something. */
  lastMended: CheckResult | null;
  /** Of the last ninety days. */
  nights: { made: number; clean: number };
  /** Empty until Shopify has been asked. Oldest month first. */
  months: readonly MonthState[];
  asked: { at: string; source: ShopifyFigures["source"]; reason: ShopifyFigures["reason"] } | null;
}

const figures = z.looseObject({ orders: z.number() });
const part = z.looseObject({
  id: z.string(),
  counted: z.boolean(),
  amounts: figures,
  orders: z.array(z.object({ id: z.number(), name: z.string() })),
});

export async function checksStateOf(db: PrismaClient, shop: string): Promise<ChecksState> {
  const finished = { shop, finishedAt: { not: null } };
  const [running, night, mended, nights, wrong, months] = await Promise.all([
    db.check.findFirst({ where: { shop, kind: "night", finishedAt: null }, omit: { work: true } }),
    db.check.findFirst({ where: { ...finished, kind: "night" }, orderBy: { startedAt: "desc" } }),
    db.check.findMany({
      where: { ...finished, kind: "sweep" },
      orderBy: { startedAt: "desc" },
      take: SWEEPS_LOOKED_AT,
    }),
    db.check.count({ where: { ...finished, kind: "night", error: null } }),
    db.check.count({ where: { ...finished, kind: "night", error: null, found: { not: {} } } }),
    db.monthFigures.findMany({ where: { shop }, orderBy: { month: "asc" } }),
  ]);
  const [first] = months;
  return {
    running: running && {
      stage: running.stage,
      since: running.startedAt.toISOString(),
      error: running.error === null ? null : readFailure(running.error),
    },
    lastNight: resultOf(night),
    lastMended:
      mended
        .map(resultOf)
        .map(missedIn)
        .find((result) => result !== null) ?? null,
    nights: { made: nights, clean: nights - wrong },
    months: months.map((row) => ({
      month: row.month,
      verdict: row.verdict as Verdict,
      shopify: figures.parse(row.shopify),
      ours: figures.parse(row.ours),
      parts: z.array(part).parse(row.parts) as unknown as Part[],
    })),
    asked: first
      ? {
          at: first.askedAt.toISOString(),
          source: first.source as ShopifyFigures["source"],
          reason: first.reason as ShopifyFigures["reason"],
        }
      : null,
  };
}

/** Sweeps that found something: of these the last one that found what no notification told. */
const SWEEPS_LOOKED_AT = 100;

/** What was read before its notification was has not been missed. */
function missedIn(result: CheckResult | null): CheckResult | null {
  if (result === null) return null;
  const missed = Object.entries(result.found).filter(([kind]) => !kind.endsWith("_told"));
  return missed.length === 0 ? null : { ...result, found: Object.fromEntries(missed) };
}

function resultOf(check: Omit<Check, "work"> | null): CheckResult | null {
  if (!check?.finishedAt) return null;
  return {
    startedAt: check.startedAt.toISOString(),
    finishedAt: check.finishedAt.toISOString(),
    checked: check.checked,
    found: findingsOf(check),
    repaired: check.repaired,
    remaining: check.remaining,
    error: check.error === null ? null : readFailure(check.error),
  };
}
