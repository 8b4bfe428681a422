// What was spent on advertising: nobody's, for no customer is behind a day's spend.
import { fact } from "./fact.ts";

export const spend = fact("spend")({
  source: "spend",
  grain: "an amount of one day, channel and campaign",
  day: "day",
  upTo: null,
  owner: null,
  order: null,
  counted: { where: [], one: "an entry of ad spend", many: "entries of ad spend", history: "period" },
  conditions: {},
  dimensions: { channel: "channel" },
  measures: {
    amount: { column: "amount", words: "what was spent on advertising", history: "period" },
  },
});
