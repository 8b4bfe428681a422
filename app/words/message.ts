// What a message is: ICU text, in which the type of whatever it needs can be read. One library writes them all, plurals included.
import { IntlMessageFormat } from "intl-messageformat";
import { Bounded } from "../bounded.ts";

/**
 * `{name}` takes a text that is ready to be read, such as an amount or a day, `{n, plural, …}` and `{n, number}` a number, and
 * `<link>…</link>` whatever makes something of the words inside. A branch of a plural is `#` or several words: one word alone
 * in braces would be a name.
 */
type ArgumentsIn<T extends string> = T extends `${string}{${infer Rest}`
  ? ArgumentAt<Rest extends `${infer Head}}${string}` ? Head : Rest> & ArgumentsIn<Rest>
  : unknown;
type ArgumentAt<Head extends string> = Head extends `${infer Name}, ${string}`
  ? Named<Name, number>
  : Named<Head, string>;
type Named<Name extends string, Value> = Name extends `${string} ${string}` | `#${string}` | ""
  ? unknown
  : Readonly<Record<Name, Value>>;

type TagsIn<T extends string> = T extends `${string}</${infer Tag}>${infer Rest}`
  ? Tag | TagsIn<Rest>
  : never;

/** The words of a language by area and name. */
export type Dictionary = Readonly<Record<string, Readonly<Record<string, string>>>>;

export type IdIn<D extends Dictionary> = {
  [Area in keyof D & string]: `${Area}.${keyof D[Area] & string}`;
}[keyof D & string];

type TextOf<D extends Dictionary, Id extends string> = Id extends `${infer Area}.${infer Name}`
  ? D[Area][Name]
  : never;

type Given<T extends string> = unknown extends ArgumentsIn<T> ? [] : [given: ArgumentsIn<T>];

/** What follows the id of a message: nothing, or one object with what the message needs. */
export type GivenTo<D extends Dictionary, Id extends string> = Given<TextOf<D, Id> & string>;

/** Writes a message as plain text. */
export type Say<D extends Dictionary> = <Id extends IdIn<D>>(id: Id, ...given: GivenTo<D, Id>) => string;

/** Writes a message of which some words are more than text, such as a link. */
export type SayParts<D extends Dictionary> = <Part, Id extends IdIn<D>>(
  id: Id,
  given: ArgumentsIn<TextOf<D, Id> & string> &
    Readonly<Record<TagsIn<TextOf<D, Id> & string>, (words: (string | Part)[]) => Part>>,
) => (string | Part)[];

/** Another language of the same messages, each with what the English one needs. */
export type Translation<D extends Dictionary> = {
  readonly [Area in keyof D]: { readonly [Name in keyof D[Area]]: string };
};

const MOST_MESSAGES = 4000;

/** What the library takes; the types above have seen to it that it gets what a message needs. */
type Values = Readonly<Record<string, string>>;

/** A text in which nothing but names stands in braces, and nothing is quoted, needs no library: a page says it a thousand times. */
const PLAIN = /^(?:[^{}<>']|'(?![{}<>'])|\{\w+\})*$/u;

interface Message {
  text: string;
  /** Of a plain one: texts and the names between them, by turns. */
  pieces: readonly string[] | null;
}

const readAll = (dictionary: Dictionary): ReadonlyMap<string, Message> =>
  new Map(
    Object.entries(dictionary).flatMap(([area, messages]) =>
      Object.entries(messages).map(([name, text]) => {
        const pieces = PLAIN.test(text) ? text.split(/\{(\w+)\}/u) : null;
        return [`${area}.${name}`, { text, pieces }];
      }),
    ),
  );

function write(pieces: readonly string[], values: Values | undefined): string {
  let text = pieces[0] ?? "";
  for (let at = 1; at < pieces.length; at += 2) {
    const name = pieces[at] ?? "";
    const value = values?.[name];
    if (value === undefined) throw new Error(`Words need "${name}", which was not given.`);
    text += value + (pieces[at + 1] ?? "");
  }
  return text;
}

/** Both ways of writing a dictionary's messages in one language. `locale` also decides how `#` writes a number. */
export function sayIn<D extends Dictionary>(
  dictionary: Translation<D>,
  locale: string,
): { say: Say<D>; sayParts: SayParts<D> } {
  const all = readAll(dictionary);
  const read = (id: string) => {
    const found = all.get(id);
    if (found === undefined) throw new Error(`There are no words for "${id}".`);
    return found;
  };
  const messages = new Bounded<string, IntlMessageFormat>(MOST_MESSAGES);
  const messageOf = (id: string, text: string): IntlMessageFormat =>
    messages.get(id) ?? messages.set(id, new IntlMessageFormat(text, locale));
  return {
    say: (id, ...given) => {
      const { text, pieces } = read(id);
      const values = given[0] as Values | undefined;
      return pieces === null ? String(messageOf(id, text).format(values)) : write(pieces, values);
    },
    sayParts: (id, given) => [messageOf(id, read(id).text).format(given as unknown as Values)].flat(),
  };
}
