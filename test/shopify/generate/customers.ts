// Who buys and when: how many orders each customer places, at which instants, and what marks him. Repeat buying is
// heavy-tailed: each has his own rhythm and, after every order, his own chance of never coming back.
import type { Calendar } from "./calendar.ts";
import { localeOf, marketOf } from "./catalogue.ts";
import { runningSums } from "./random.ts";
import type { Random } from "./random.ts";
import type { Customer } from "../model.ts";

/** What comes in the shop's life, in order of time. */
export interface Timeline {
  length: number;
  /** UTC milliseconds. */
  at: Float64Array;
  /** Index of the buyer; −1: a guest. */
  buyer: Int32Array;
  /** A visitor leaves his address and orders nothing, not now. */
  signUp: Uint8Array;
}

export interface Traits {
  country: string;
  sourceName: string;
  /** How much he spends by comparison. */
  purse: number;
  /** Chance that he uses a code. */
  bargain: number;
  emailMarketing: Customer["emailMarketing"];
  tags: string[];
}

/** What else marks a buyer, drawn apart, so that a seed's orders stay what they were. */
export interface Habits {
  locale: string;
  /** Buys for this company. */
  companyId: number | null;
  /** Chance that an order is bought by a selling plan. */
  subscribes: number;
  /** Tags that the shop's staff put on an order now and then. */
  orderTags: (random: Random) => string[];
}

const STAFF_TAGS = ["gift", "fragile", "call back"];

export function habits(country: string, random: Random): Habits {
  return {
    locale: random.chance(0.93) ? localeOf(country) : "en",
    companyId: random.chance(0.03) ? random.whole(1, 40) : null,
    subscribes: random.chance(0.06) ? 0.7 : 0,
    orderTags: (of) => (of.chance(0.05) ? [of.pick(STAFF_TAGS)] : []),
  };
}

/** The best customer's orders, in a large shop and in a small one. */
const mostOrders = (orders: number) => Math.min(150, 3 + Math.floor(orders / 40));

/** Exactly `orders` orders, and about one in fourteen people who only sign up. */
export function timeline(orders: number, calendar: Calendar, random: Random): Timeline {
  const at: number[] = [];
  const buyer: number[] = [];
  const signUp: number[] = [];
  const add = (instant: number, who: number, only: number): void => {
    at.push(instant);
    buyer.push(who);
    signUp.push(only);
  };
  const most = mostOrders(orders);
  let placed = 0;
  for (let who = 0; placed < orders;) {
    let day: number | null = calendar.arrival(random);
    if (random.chance(0.05)) {
      add(calendar.instant(day, random), -1, 0);
      placed += 1;
      continue;
    }
    const onlySignsUp = random.chance(0.07);
    if (onlySignsUp || random.chance(0.12)) add(calendar.instant(day, random), who, 1);
    if (onlySignsUp) {
      who += 1;
      continue;
    }
    const leaves = random.beta(0.85, 0.75);
    const rhythm = Math.exp(3.9 + 0.85 * random.normal());
    for (let n = 0; day !== null && n < most && placed < orders; n++) {
      add(calendar.instant(day, random), who, 0);
      placed += 1;
      day = random.chance(leaves) ? null : calendar.after(day, random.exponential(rhythm));
    }
    who += 1;
  }
  const sorted = Uint32Array.from(at.keys()).sort((a, b) => (at[a] ?? 0) - (at[b] ?? 0) || a - b);
  return {
    length: sorted.length,
    at: Float64Array.from(sorted, (i) => at[i] ?? 0),
    buyer: Int32Array.from(sorted, (i) => buyer[i] ?? -1),
    signUp: Uint8Array.from(sorted, (i) => signUp[i] ?? 0),
  };
}

const CHANNELS = ["web", "pos", "4555921", "2329312", "shopify_draft_order"];
const CHANNEL_SUMS = runningSums([74, 12, 7, 4, 3]);
const CONSENTS: Customer["emailMarketing"][] = [
  "NOT_SUBSCRIBED",
  "SUBSCRIBED",
  "UNSUBSCRIBED",
  "PENDING",
  "INVALID",
];
const CONSENT_SUMS = runningSums([48, 40, 9, 2, 1]);

export function traits(currency: string, random: Random): Traits {
  const { countries } = marketOf(currency);
  const country = countries[random.byWeight(runningSums(countries.map(([, weight]) => weight)))]?.[0] ?? "US";
  return {
    country,
    sourceName: channel(random),
    purse: Math.exp(0.35 * random.normal()),
    bargain: random.beta(0.7, 3.5),
    emailMarketing: CONSENTS[random.byWeight(CONSENT_SUMS)] ?? "NOT_SUBSCRIBED",
    tags: random.chance(0.04) ? [random.pick(["vip", "wholesale", "press"])] : [],
  };
}

export const channel = (random: Random): string => CHANNELS[random.byWeight(CHANNEL_SUMS)] ?? "web";
