// Orders that figures leave out by the merchant's choice, in words and numbers: what a choice would leave out, and what is said
// of the present one wherever a figure stands beside Shopify's.
import { cached } from "../kpis/cache.server.ts";
import { Params } from "../kpis/compile/params.ts";
import { formatValue } from "../kpis/format.ts";
import { addDays, formatDay, type Period } from "../kpis/period.ts";
import { channelName } from "../kpis/value-names.server.ts";
import type { Failure } from "../failure.ts";
import { type Exclusion, exclusionIn, exclusionText, MOST_NAMED } from "../warehouse/exclusion.ts";
import { isExcluded } from "../warehouse/merge/excluded.ts";
import { row, sum } from "../warehouse/merge/ledger.ts";
import { channelInSql } from "../warehouse/names.ts";
import type { Reading, Row, ShopMeta } from "../warehouse/warehouse.server.ts";
import { failureText } from "../words/failure.server.ts";
import { type Reader, say } from "../words/words.server.ts";
import type { ReportedShop } from "./shop.server.ts";
import { countText, momentText } from "./wording.server.ts";

type Choice = Pick<Exclusion, "tags" | "channels">;

/** So many tags and channels are offered, those of most orders first. */
const OFFERED = 30;
/** So many of each are named in a sentence. */
const NAMED = 5;
const DAYS = 365;

/** "orders tagged “staff” or “gift”, and orders by Wholesale"; null where nothing is chosen. */
export function exclusionWords(place: Reader, { tags, channels }: Choice): string | null {
  const list = (names: readonly string[]) => {
    const rest = names.length - NAMED;
    const told = rest > 1 ? [...names.slice(0, NAMED), say(place, "exclusion.more", { n: rest })] : names;
    return new Intl.ListFormat(place.locale, { type: "disjunction" }).format(told);
  };
  const ofTags = list(tags.map((tag) => say(place, "exclusion.quoted", { tag })));
  const ofChannels = list(channels.map((channel) => channelName(place, channel)));
  if (tags.length === 0)
    return channels.length === 0 ? null : say(place, "exclusion.ofChannels", { channels: ofChannels });
  if (channels.length === 0) return say(place, "exclusion.ofTags", { tags: ofTags });
  return say(place, "exclusion.ofBoth", { tags: ofTags, channels: ofChannels });
}

/** What the figures that are shown leave out; null: nothing. */
export function excludedWords(place: Reader, { excluding }: Pick<ShopMeta, "excluding">): string | null {
  const exclusion = exclusionIn(excluding);
  return exclusion && exclusionWords(place, exclusion);
}

/** The same as a line of a file, with since when. */
export function excludedLine({ place, meta, now }: Pick<ReportedShop, "place" | "meta" | "now">) {
  const exclusion = exclusionIn(meta.excluding);
  const what = exclusion && exclusionWords(place, exclusion);
  if (exclusion === null || what === null) return null;
  const moment = momentText(new Date(exclusion.chosenAt), now, place);
  return say(place, "exclusion.since", { what, moment });
}

interface Named {
  value: string;
  label: string;
  /** "412 orders". */
  orders: string;
}

/** What a choice leaves out. */
export interface Impact {
  sentences: readonly string[];
  tags: readonly Named[];
  channels: readonly Named[];
}

export interface ExclusionView {
  chosen: { tags: readonly string[]; channels: readonly string[] };
  /** How it stands. */
  state: string;
  /** It is being applied, and will be without anybody's doing. */
  moving: boolean;
  failed: boolean;
  sums: string | null;
  impact: Impact;
  offered: { tags: readonly Named[]; channels: readonly Named[] };
  most: { tags: number; channels: number; letters: number };
}

/** @param failed why the choice could not be applied when that was last tried */
export async function exclusionView(
  shop: ReportedShop | null,
  chosen: Exclusion,
  { failed, now, ...place }: { failed: Failure | null; locale: string; timeZone: string; now: Date },
): Promise<ExclusionView> {
  const isApplied = shop === null || shop.meta.excluding === exclusionText(chosen);
  const what = exclusionWords(place, chosen);
  const moment = chosen.chosenAt === "" ? "" : momentText(new Date(chosen.chosenAt), now, place);
  return {
    chosen: { tags: chosen.tags, channels: chosen.channels },
    state: !isApplied
      ? failed === null
        ? say(place, "exclusion.applying", { moment })
        : say(place, "exclusion.failing", { moment, reason: failureText(place, failed) })
      : what === null
        ? say(place, "exclusion.none")
        : say(place, "exclusion.applied", { what, moment }),
    ...{ moving: !isApplied, failed: !isApplied && failed !== null },
    sums:
      shop?.meta.opening_day == null
        ? null
        : say(place, "exclusion.sums", { day: formatDay(shop.meta.opening_day, place.locale) }),
    impact: await impactOf(shop, chosen, place),
    offered: shop === null ? { tags: [], channels: [] } : await offeredIn(shop),
    most: MOST_NAMED,
  };
}

/** Of the last twelve months, and of each tag and channel of all time. */
export async function impactOf(shop: ReportedShop | null, choice: Choice, place: Reader): Promise<Impact> {
  const { tags, channels } = choice;
  const isNone = tags.length + channels.length === 0;
  const none = { tags: [], channels: [] };
  if (isNone) return { ...none, sentences: [say(place, "exclusion.leavesNone")] };
  if (shop === null) return { ...none, sentences: [say(place, "exclusion.notRead")] };
  const period = { from: addDays(shop.today, 1 - DAYS), to: addDays(shop.today, 1) };
  const found = await countsOf(shop.view.of(["orders"]), choice, period);
  const amount = (value: number) => formatValue(value, "money", shop.place);
  return {
    sentences: [
      say(place, "exclusion.leaves", {
        orders: countText(found.orders, place.locale),
        all: countText(found.all, place.locale),
        net: amount(found.net),
        allNet: amount(found.allNet),
      }),
      say(place, "exclusion.ever", { ever: found.ever }),
    ],
    tags: tags.map((tag, nth) => ({
      value: tag,
      label: tag,
      orders: say(place, "exclusion.withTag", { n: found.tags[nth] ?? 0 }),
    })),
    channels: channels.map((channel, nth) => ({
      value: channel,
      label: channelName(place, channel),
      orders: say(place, "exclusion.withChannel", { n: found.channels[nth] ?? 0 }),
    })),
  };
}

interface Counts {
  /** Orders of the period that it leaves out, and their net sales in it; the same of all orders. */
  orders: number;
  net: number;
  all: number;
  allNet: number;
  /** Of all days. */
  ever: number;
  tags: readonly number[];
  channels: readonly number[];
}

async function countsOf(facts: Reading, { tags, channels }: Choice, { from, to }: Period): Promise<Counts> {
  return cached(facts, ["exclusion", JSON.stringify([tags, channels]), from, to], async () => {
    const params = new Params();
    const days = `local_day >= ${params.day(from)} AND local_day < ${params.day(to)}`;
    const count = (when: string) => `COUNT(CASE WHEN ${when} THEN 1 END)`;
    const each = (names: readonly string[], as: string, of: (name: string) => Choice) =>
      names.map((name, nth) => `${count(isExcluded(of(name)))} AS ${as}${nth}`);
    const out = `(${isExcluded({ tags, channels })})`;
    const columns = [
      `${count(`${out} AND ${days}`)} AS orders`,
      `${count(days)} AS all_orders`,
      `${count(out)} AS ever`,
      ...each(tags, "tag", (tag) => ({ tags: [tag], channels: [] })),
      ...each(channels, "channel", (channel) => ({ tags: [], channels: [channel] })),
    ];
    const net = `SELECT ${sum("CASE WHEN o.is_out THEN s.net ELSE 0 END")} AS net, ${sum("s.net")} AS all_net
       FROM (SELECT order_id, ${row.net} AS net FROM sales WHERE ${days}) AS s
       JOIN (SELECT order_id, ${out} AS is_out FROM orders WHERE NOT test) AS o ON o.order_id = s.order_id`;
    const [found = {}] = await facts.query<Row>(
      `SELECT * FROM (SELECT ${columns.join(",\n")} FROM orders WHERE NOT test) AS c CROSS JOIN (${net}) AS n`,
      params.values,
    );
    const number = (name: string) => Number(found[name] ?? 0);
    return {
      ...{ orders: number("orders"), net: number("net"), all: number("all_orders") },
      ...{ allNet: number("all_net"), ever: number("ever") },
      tags: tags.map((_, nth) => number(`tag${nth}`)),
      channels: channels.map((_, nth) => number(`channel${nth}`)),
    };
  });
}

/** Tags are stored as a JSON list, whose commas between texts stand nowhere else. */
const EACH_TAG = `SELECT order_id, unnest(string_to_array(substr(tags, 3, length(tags) - 4), '","')) AS tag
  FROM orders WHERE length(tags) > 4 AND NOT test`;

async function offeredIn({ view, place }: ReportedShop): Promise<ExclusionView["offered"]> {
  const facts = view.of(["orders"]);
  const found = await cached(facts, ["order_tags_and_channels"], async () => {
    const [tags, channels] = await Promise.all([
      facts.query<{ written: string; n: number }>(
        `SELECT MIN(tag) AS written, COUNT(DISTINCT order_id) AS n, MIN(order_id) AS first_one FROM (${EACH_TAG}) AS each_tag
         GROUP BY lower(tag) ORDER BY n DESC, first_one, written LIMIT ${OFFERED}`,
      ),
      facts.query<{ channel: string; n: number }>(
        `SELECT channel, COUNT(*) AS n, MIN(order_id) AS first_one
         FROM (SELECT order_id, ${channelInSql("channel")} AS channel FROM orders WHERE NOT test) AS named
         WHERE channel IS NOT NULL GROUP BY channel ORDER BY n DESC, first_one LIMIT ${OFFERED}`,
      ),
    ]);
    return { tags, channels };
  });
  return {
    tags: found.tags.flatMap(({ written, n }) => {
      const tag = JSON.parse(`"${written}"`) as string;
      return tag.trim() === ""
        ? []
        : [{ value: tag, label: tag, orders: say(place, "exclusion.withTag", { n }) }];
    }),
    channels: found.channels.map(({ channel, n }) => ({
      value: channel,
      label: channelName(place, channel),
      orders: say(place, "exclusion.withChannel", { n }),
    })),
  };
}
