// What a shop's present was at any time since it began to be remembered: Shopify keeps nothing of it, and a test asks it of
// the model. Knows nothing of how an app finds out.
import { Temporal } from "temporal-polyfill";

export type Kind = "consents" | "stock" | "costs" | "segments" | "members";

interface Moment {
  at: string;
  /** Null: there was no such one. */
  state: unknown;
}

export class Past {
  readonly #moments = new Map<Kind, Map<string, Moment[]>>();

  note(kind: Kind, key: string, state: unknown, at: string): void {
    const ofKind = this.#moments.get(kind) ?? new Map<string, Moment[]>();
    this.#moments.set(kind, ofKind);
    const moments = ofKind.get(key) ?? [];
    ofKind.set(key, moments);
    moments.push({ at, state });
  }

  /** The state of each key that was there at the end of a local day, YYYY-MM-DD. */
  atEndOf(kind: Kind, day: string, timeZone: string): Map<string, unknown> {
    const end = Temporal.PlainDate.from(day).add({ days: 1 }).toZonedDateTime(timeZone).epochMilliseconds;
    const found = new Map<string, unknown>();
    for (const [key, moments] of this.#moments.get(kind) ?? []) {
      const last = moments.findLast(({ at }) => Date.parse(at) < end);
      if (last !== undefined && last.state !== null) found.set(key, last.state);
    }
    return found;
  }
}
