// What is declared has words, which the compiler sees to; here: words of nothing, and words that are not the reader's.
import { describe, expect, it } from "vitest";
import { declarations, declaredId, segmentationIds } from "../../../app/kpis/catalogue.ts";
import { cutIds } from "../../../app/kpis/cuts/choices.ts";
import { orderCuts } from "../../../app/kpis/cuts/orders.ts";
import { facts, states } from "../../../app/kpis/facts/facts.ts";
import { formulaOf } from "../../../app/kpis/formula.server.ts";
import { kpiHelp, kpiInSentence, kpiLabel, kpisListed } from "../../../app/kpis/kpi-words.server.ts";
import { cutHelp, cutLabel, rowHelp, rowLabel } from "../../../app/kpis/row-words.server.ts";
import { listed, segmentationOf } from "../../../app/kpis/segmentations.ts";
import * as factWords from "../../../app/words/server/facts.ts";
import { kpiHelp as help } from "../../../app/words/server/kpi-help.ts";
import { kpiInSentence as inSentences, kpiLabel as labels } from "../../../app/words/server/kpis.ts";
import * as words from "../../../app/words/server/segmentations.ts";

const sorted = (names: Iterable<string>) => [...names].sort();
const named = (all: Readonly<Record<string, Readonly<Record<string, unknown>>>>) =>
  sorted(Object.entries(all).flatMap(([of, names]) => Object.keys(names).map((name) => `${of}.${name}`)));
const each = <T, U>(all: Readonly<Record<string, T>>, of: (one: T) => U) =>
  Object.fromEntries(Object.entries(all).map(([id, one]) => [id, of(one)]));

describe("words", () => {
  it("are of nothing that is no longer declared", () => {
    const ids = sorted(Object.keys(declarations));
    for (const area of [labels, inSentences, help]) expect(sorted(Object.keys(area))).toEqual(ids);
    expect(sorted(Object.keys(words.cutLabel))).toEqual(sorted(cutIds));
    expect(sorted(Object.keys(words.cutHelp))).toEqual(sorted(cutIds));
    expect(sorted(Object.keys(factWords.measure))).toEqual(named(each(facts, ({ measures }) => measures)));
    expect(sorted(Object.keys(factWords.condition))).toEqual(
      named(each(facts, ({ conditions }) => conditions)),
    );
    expect(sorted(Object.keys(factWords.level))).toEqual(
      named(each(states, (state) => ("levels" in state ? state.levels : {}))),
    );
    const segments = segmentationIds.flatMap((id) => {
      const declared = segmentationOf(id);
      return declared.kind === "ruled" ? declared.segments.map((segment) => `${id}.${segment.id}`) : [];
    });
    const groups = Object.entries(orderCuts).flatMap(([id, cut]) =>
      cut.kind === "ruled" ? cut.groups.map((group) => `${id}.${group.id}`) : [],
    );
    expect(sorted(Object.keys(words.segment))).toEqual(sorted([...segments, ...groups]));
  });

  it("are in the language of whoever reads, of every KPI, cut and segment", () => {
    const [english, other] = [{ locale: "en" }, { locale: "en-XA" }];
    const isTold = (text: (place: { locale: string }) => string) => {
      expect(text(english)).toMatch(/^[\p{L}\d]/u);
      expect(text(other), text(english)).toMatch(/^\[.*\]$/);
    };
    for (const id of Object.keys(declarations).map(declaredId)) {
      isTold((place) => kpiLabel(place, id));
      isTold((place) => kpiInSentence(place, id));
      isTold((place) => kpiHelp(place, id));
      // How a list is joined is Intl's to say.
      expect(formulaOf(other, id).replaceAll("] and [", "")).not.toMatch(/[a-z]/);
    }
    for (const id of cutIds) {
      isTold((place) => cutLabel(place, id));
      isTold((place) => cutHelp(place, id));
    }
    for (const id of segmentationIds)
      for (const { name } of listed(id, new Map([["other", 1]]), new Map())) {
        isTold((place) => rowLabel(place, name));
        isTold((place) => rowHelp(place, name));
      }
  });

  it("of somebody's own, and of the shop's spelling, are in no language", () => {
    for (const locale of ["en", "en-XA"]) {
      expect(rowLabel({ locale }, { own: "My VIPs" })).toBe("My VIPs");
      expect(rowLabel({ locale }, { by: "first_type", segment: "wall-art", spelled: "Wall art" })).toBe(
        "Wall art",
      );
    }
  });

  it("say who is in a segment: by its rule, by its scores, by its value", () => {
    const at = { locale: "en" };
    expect(rowHelp(at, { by: "rfm", segment: "champions" })).toBe(
      "Recency 5 of 5; frequency and spend together 7 or more of 10.",
    );
    expect(rowHelp(at, { by: "rfm", segment: "at_risk" })).toBe(
      "Recency 1 to 2 of 5; frequency and spend together 7 to 8 of 10.",
    );
    expect(rowHelp(at, { by: "spend_tier", segment: "high" })).toBe("The tenth with the highest net sales.");
    expect(rowHelp(at, { by: "country", segment: "DE" })).toBe("Country of first order: Germany.");
    expect(rowLabel(at, { by: "country", segment: "unknown" })).toBe("Unknown");
    expect(rowLabel(at, { by: "order_channel", segment: "other" })).toBe("Other channels");
  });

  it("of KPIs stand in a sentence in the form that it needs", () => {
    expect(kpisListed({ locale: "en" }, ["net_sales", "orders", "aov"])).toBe(
      "net sales, orders, and average order value",
    );
  });
});
