// What was spent on advertising: nobody's, for no customer is behind a day's spend.
import { fact } from "./fact.ts";

export const spend = fact("spend")({
  source: "spend",
  grain: "an amount of one day, channel and campaign",
  day: "day",
  upTo: null,
  owner: null,
  key: ["day", "channel", "campaign"],
  order: null,
  variant: null,
  counted: { where: [], history: "period" },
  conditions: {},
  dimensions: { channel: "channel" },
  measures: { amount: { column: "amount", history: "period" } },
});
