// A page's reading: everything it asks of one state of a shop's copy, known by one look at shop_meta before and one after.
import { ShopNotReady, StartsAnew } from "../errors.ts";
import type { Param, Reading, Row, ShopCopy, ShopMeta, ShopView } from "./contract.ts";
import type { SourceId } from "./schema/schema.ts";

type Stream = (sql: string, params?: readonly Param[]) => AsyncIterable<Row[]>;

export class StoredView implements ShopView {
  readonly copy: ShopCopy;
  readonly meta: ShopMeta;
  private readonly streamed: Stream;
  private readonly read = new Set<string>(["shop"]);

  /** @param streamed of tables that are brought up, as they are once `meta` was read */
  constructor(copy: ShopCopy, meta: ShopMeta, streamed: Stream) {
    this.copy = copy;
    this.meta = meta;
    this.streamed = streamed;
  }

  of(sources: readonly SourceId[] | "all"): Reading {
    const asked = ["shop", ...(sources === "all" ? Object.keys(this.copy.schema.sources) : sources)];
    for (const source of asked) this.read.add(source);
    return {
      view: this,
      version: versionOf(this.meta, asked),
      query: (...asked) => this.copy.query(...asked),
      stream: <R extends Row>(sql: string, params?: readonly Param[]) =>
        this.streamed(sql, params) as AsyncIterable<R[]>,
    };
  }

  async settle(): Promise<{ overtaken: boolean; currency: string | null }> {
    const now = await this.copy.meta();
    const overtaken = now === null || versionOf(now, this.read) !== versionOf(this.meta, this.read);
    return { overtaken, currency: now?.currency ?? null };
  }
}

/** All versions are the shop's at some time: the last of them is another once any has changed. */
const versionOf = ({ versions }: ShopMeta, sources: Iterable<string>): number =>
  Math.max(...[...sources].map((source) => versions[source] ?? 0));

/**
 * What `read` makes of one state of the copy (of null, while there is none). Where it was overtaken, it reads once more:
 * what it makes then may be of two states by a moment, but never of two currencies.
 * @throws StartsAnew
 */
export async function inOneView<T>(copy: ShopCopy, read: (view: ShopView | null) => Promise<T>): Promise<T> {
  const view = await copy.view();
  if (view === null) return await read(null);
  const made = await read(view);
  if (!(await view.settle()).overtaken) return made;
  const second = await copy.view();
  if (second === null) throw new ShopNotReady(copy.shop);
  const again = await read(second);
  if ((await second.settle()).currency !== second.meta.currency) throw new StartsAnew(copy.shop);
  return again;
}
