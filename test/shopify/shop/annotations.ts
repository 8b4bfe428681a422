// What was written down of a shop's days in its analytics: by Shopify itself, or by an app, which alone may change it.

export interface WrittenNote {
  id: number;
  type: string;
  title: string | null;
  description: string | null;
  startedAt: string;
  /** Null: it goes on. */
  endedAt: string | null;
  /** Null: Shopify. */
  app: { id: string; title: string } | null;
  createdAt: string;
  updatedAt: string;
}

export type NoteParts = Pick<WrittenNote, "type" | "title" | "description" | "startedAt" | "endedAt">;

export class Annotations {
  readonly all = new Map<number, WrittenNote>();
  /** So many an app may have in the shop. */
  most = 500;
  #last = 7_000_000;

  write(parts: NoteParts, app: WrittenNote["app"], at: string): WrittenNote {
    const note = { ...parts, id: (this.#last += 1), app, createdAt: at, updatedAt: at };
    this.all.set(note.id, note);
    return note;
  }

  change(id: number, parts: Partial<NoteParts>, at: string): WrittenNote | null {
    const note = this.all.get(id);
    if (note === undefined) return null;
    Object.assign(note, parts, { updatedAt: at });
    return note;
  }

  countOf(app: string): number {
    return [...this.all.values()].filter((note) => note.app?.id === app).length;
  }
}
