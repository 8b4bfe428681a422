// How values get into a statement: bound, never written into its text.
import { wellFormedText } from "../../well-formed.ts";

/** Bound values of one statement; the same day or text is bound once, a text that looks like a day apart from it. */
export class Params {
  readonly values: (string | number)[] = [];
  private readonly known = new Map<string, number>();

  day(day: string): string {
    return `CAST(${this.bind("day", day)} AS DATE)`;
  }

  /** As texts are stored: composed, and without what PostgreSQL refuses. */
  text(given: string): string {
    return this.bind("text", wellFormedText(given).normalize("NFC"));
  }

  number(value: number): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }

  /** PostgreSQL gives a parameter one type, by where it stands. */
  private bind(as: "day" | "text", value: string): string {
    const key = `${as} ${value}`;
    const place = this.known.get(key) ?? this.values.push(value);
    this.known.set(key, place);
    return `$${place}`;
  }
}
