// Places for heavy work among shops: one that asks without end, or leaves, keeps no other waiting.
import { describe, expect, it } from "vitest";
import { askedBy, asker, Shared } from "../../../app/asking.ts";
import { TooManyQuestions } from "../../../app/warehouse/errors.ts";
import { Gate } from "../../../app/warehouse/gate.ts";

const LOUD = "loud.myshopify.com";
const OTHER = "other.myshopify.com";

/** Work that ends when it is told to, and notes that it began. */
function work(begun: string[], name: string) {
  const { promise, resolve } = Promise.withResolvers<string>();
  return {
    run: () => {
      begun.push(name);
      return promise;
    },
    end: () => resolve(name),
  };
}
const settled = async () => {
  for (let turns = 0; turns < 20; turns += 1) await Promise.resolve();
};
const asked = <T>(gate: Gate, shop: string, run: () => Promise<T>, signal = new AbortController().signal) =>
  askedBy(signal, () => gate.add(shop, run, { asked: true }));

describe("the places for heavy work", () => {
  it("go round among shops, however many questions one has waiting", async () => {
    const gate = new Gate(2);
    const begun: string[] = [];
    const loud = Array.from({ length: 40 }, (_, index) => work(begun, `loud ${index}`));
    const answers = loud.map(({ run }) => asked(gate, LOUD, run));
    const other = [work(begun, "other 0"), work(begun, "other 1")];
    answers.push(...other.map(({ run }) => asked(gate, OTHER, run)));
    await settled();
    expect(begun).toEqual(["loud 0", "loud 1"]);
    loud[0]?.end();
    await settled();
    expect(begun).toEqual(["loud 0", "loud 1", "other 0"]);
    other[0]?.end();
    await settled();
    // The one place that is left is the other's while the loud one has one already.
    expect(begun.slice(3)).toEqual(["other 1"]);
    for (const each of [...loud, ...other]) each.end();
    await Promise.all(answers);
    await gate.onIdle();
    expect([gate.size, gate.pending]).toEqual([0, 0]);
  });

  it("have an end of waiting for requests, and none for jobs", async () => {
    const gate = new Gate(1);
    const begun: string[] = [];
    const all = Array.from({ length: 62 }, (_, index) => work(begun, String(index)));
    const answers = all.slice(0, 61).map(({ run }) => asked(gate, LOUD, run));
    await expect(asked(gate, LOUD, all[61]?.run ?? (async () => ""))).rejects.toBeInstanceOf(
      TooManyQuestions,
    );
    const job = gate.add(LOUD, async () => "job");
    for (const each of all) each.end();
    await Promise.all(answers);
    expect(await job).toBe("job");
    expect(begun).toHaveLength(61);
  });

  it("are not taken by whoever has left", async () => {
    const gate = new Gate(1);
    const begun: string[] = [];
    const [first, second, third] = [work(begun, "first"), work(begun, "second"), work(begun, "third")];
    const answer = asked(gate, LOUD, first.run);
    const leaving = new AbortController();
    const left = asked(gate, LOUD, second.run, leaving.signal);
    const last = asked(gate, OTHER, third.run);
    leaving.abort();
    await expect(left).rejects.toMatchObject({ name: "AbortError" });
    await expect(asked(gate, LOUD, second.run, leaving.signal)).rejects.toMatchObject({ name: "AbortError" });
    first.end();
    third.end();
    await Promise.all([answer, last]);
    expect(begun).toEqual(["first", "third"]);
  });

  it("give what others wait for its turn before the shop's other work", async () => {
    const gate = new Gate(1);
    const begun: string[] = [];
    const [first, second, third] = [work(begun, "first"), work(begun, "second"), work(begun, "third")];
    const answers = [
      gate.add(LOUD, first.run),
      gate.add(LOUD, second.run),
      gate.add(LOUD, third.run, { first: true }),
    ];
    for (const each of [first, second, third]) each.end();
    await Promise.all(answers);
    expect(begun).toEqual(["first", "third", "second"]);
  });
});

describe("what several wait for", () => {
  const begin = () => {
    const { promise, resolve } = Promise.withResolvers<number>();
    let seen: AbortSignal | undefined;
    const shared = new Shared(async () => {
      seen = asker();
      return await promise;
    });
    return { shared, resolve, signal: () => seen };
  };

  it("goes on until the last of them has left", async () => {
    const { shared, signal } = begin();
    const [one, two] = [new AbortController(), new AbortController()];
    const first = askedBy(one.signal, () => shared.waitFor());
    const second = askedBy(two.signal, () => shared.waitFor());
    one.abort();
    await expect(first).rejects.toMatchObject({ name: "AbortError" });
    expect([shared.isAbandoned, signal()?.aborted]).toEqual([false, false]);
    two.abort();
    await expect(second).rejects.toMatchObject({ name: "AbortError" });
    expect([shared.isAbandoned, signal()?.aborted]).toEqual([true, true]);
  });

  it("is never given up once a job waits for it", async () => {
    const { shared, resolve } = begin();
    const job = shared.waitFor();
    const leaving = new AbortController();
    const left = askedBy(leaving.signal, () => shared.waitFor());
    leaving.abort();
    await expect(left).rejects.toMatchObject({ name: "AbortError" });
    resolve(7);
    expect([await job, shared.isAbandoned]).toEqual([7, false]);
  });
});
