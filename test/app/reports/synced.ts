// A shop whose sync is complete and whole, at an instant in which nothing waits.
import type { SyncState } from "../../../app/sync/sync.server.ts";
import type { Coverage, ShopMeta } from "../../../app/warehouse/warehouse.server.ts";

export const now = new Date("2026-11-21T13:02:00Z");
export const at = { locale: "en-GB", timeZone: "Europe/Berlin", now };
export const hoursAgo = (hours: number) => new Date(now.getTime() - hours * 3_600_000).toISOString();

export const state: SyncState = {
  phase: "complete",
  historyLimited: false,
  rows: 4006,
  expectedRows: 4006,
  ratePerSecond: null,
  secondsLeft: null,
  startedAt: hoursAgo(900),
  finishedAt: hoursAgo(899),
  error: null,
  loadedFrom: null,
  lastSweepAt: null,
  lastSweepFound: null,
  lastWebhookAt: null,
  webhooksWaiting: 0,
  webhooksWaitingSince: null,
  webhooksFailed: 0,
  failedJobs: [],
  paused: null,
  lostScopes: null,
  unread: [],
  currencyChange: null,
  timeZoneChange: null,
  copyLostAt: null,
  name: "Cups",
  primaryDomain: "cups.example",
  check: "",
  syncing: false,
  unansweredSince: null,
  retried: [],
  accessLost: false,
};
export const meta: ShopMeta = {
  data_version: 4,
  currency: "EUR",
  decimals: 2,
  time_zone: "Europe/Berlin",
  read_anew: null,
  opening_at: null,
  excluding: null,
  opening_day: null,
  customers_known_to: null,
  coverage: { orders: { state: "complete", from_day: null, fresh_at: "2026-11-21 12:58:00" } },
  versions: { shop: 4, orders: 3, customers: 2 },
};

/** The same with orders of whom something else is said. */
export const reaching = (change: Partial<Coverage>, of: ShopMeta = meta): ShopMeta => ({
  ...of,
  coverage: {
    orders: { state: "complete", from_day: null, fresh_at: null, ...of.coverage["orders"], ...change },
  },
});
