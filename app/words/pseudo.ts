// A language nobody speaks: English with accents, in brackets and a third longer. What reads as plain English on its pages has
// no id, and what breaks there will break in German.
import { type MessageFormatElement, parse, TYPE } from "@formatjs/icu-messageformat-parser";
import { printAST } from "@formatjs/icu-messageformat-parser/printer.js";
import type { Dictionary, Translation } from "./message.ts";

const PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const ACCENTED = "ȧƀƈḓḗƒɠħīĵķŀḿƞǿƥɋřşŧŭṽẇẋẏẑȦƁƇḒḖƑƓĦĪĴĶĿḾȠǾƤɊŘŞŦŬṼẆẊẎẐ";
const accents = new Map([...PLAIN].map((letter, at) => [letter, [...ACCENTED][at] ?? letter]));

const accented = (text: string) => [...text].map((letter) => accents.get(letter) ?? letter).join("");

function changed(elements: readonly MessageFormatElement[]): MessageFormatElement[] {
  return elements.map((element) => {
    switch (element.type) {
      case TYPE.literal:
        return { ...element, value: accented(element.value) };
      case TYPE.tag:
        return { ...element, children: changed(element.children) };
      case TYPE.plural:
      case TYPE.select:
        return {
          ...element,
          options: Object.fromEntries(
            Object.entries(element.options).map(([when, option]) => [
              when,
              { ...option, value: changed(option.value) },
            ]),
          ),
        };
      default:
        return element;
    }
  });
}

/** "[Ħǿḿḗ···]" */
function pseudoText(text: string): string {
  const longer = "·".repeat(Math.ceil(text.replace(/\{[^{}]*\}/g, "").length / 3));
  return `[${printAST(changed(parse(text)))}${longer}]`;
}

/** A library's words, in which `{name}` stands for what is put in. */
export function accentedTree<T>(words: T): T {
  const changedOf = (value: unknown): unknown => {
    if (typeof value === "string") return value.replace(/[^{}]+(?![^{}]*\})/g, accented);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, changedOf(each)]));
  };
  return changedOf(words) as T;
}

/** All messages of a dictionary. */
export function pseudo<D extends Dictionary>(dictionary: D): Translation<D> {
  return Object.fromEntries(
    Object.entries(dictionary).map(([area, messages]) => [
      area,
      Object.fromEntries(Object.entries(messages).map(([name, text]) => [name, pseudoText(text)])),
    ]),
  ) as Translation<D>;
}
