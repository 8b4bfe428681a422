// How values get into a statement: bound, never written into its text.
import { wellFormedText } from "../../well-formed.ts";

/** Bound values of one statement; the same day or text is bound once. */
export class Params {
  readonly values: (string | number)[] = [];

  day(day: string): string {
    return `CAST(${this.text(day)} AS DATE)`;
  }

  /** As texts are stored: composed, and without what PostgreSQL refuses. */
  text(given: string): string {
    const value = wellFormedText(given).normalize("NFC");
    const known = this.values.indexOf(value);
    if (known >= 0) return `$${known + 1}`;
    this.values.push(value);
    return `$${this.values.length}`;
  }

  number(value: number): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}
