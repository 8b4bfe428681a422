// The only map that may live as long as the process: it forgets what was asked for longest ago. Keys come from addresses
// and records, so that any other would grow with whatever is sent.
export class Bounded<K, V> {
  private readonly entries = new Map<K, V>();
  private readonly most: number;

  constructor(most: number) {
    this.most = most;
  }

  get(key: K): V | undefined {
    const found = this.entries.get(key);
    if (found !== undefined) this.put(key, found);
    return found;
  }

  set(key: K, value: V): V {
    this.put(key, value);
    for (const oldest of this.entries.keys()) {
      if (this.entries.size <= this.most) break;
      this.entries.delete(oldest);
    }
    return value;
  }

  delete(key: K): void {
    this.entries.delete(key);
  }

  get size(): number {
    return this.entries.size;
  }

  private put(key: K, value: V): void {
    this.entries.delete(key);
    this.entries.set(key, value);
  }
}
