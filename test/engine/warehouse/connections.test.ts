// What holds a connection asks for no other: some that do would wait for each other without end.
import { afterEach, expect, it } from "vitest";
import { namespaceOf } from "../../../app/warehouse/namespace.ts";
import { Connections } from "../../../app/warehouse/postgres/connections.ts";
import { emptyDatabase } from "../../tools/setup/database.ts";

const NAMESPACE = namespaceOf("nested.myshopify.com");
let connections: Connections;
afterEach(() => connections.close());

it("is refused a second connection at once, however many try, and the first ones go back", async () => {
  connections = new Connections(await emptyDatabase(), undefined);
  const nested: (() => Promise<unknown>)[] = [
    () => connections.query("SELECT 1"),
    () => connections.transaction("READ ONLY", NAMESPACE, () => Promise.resolve()),
    () => connections.beginList(NAMESPACE),
    () => connections.outside(() => Promise.resolve()),
  ];
  const tries = Array.from({ length: 40 }, (_, n) => {
    const inner = nested[n % nested.length] ?? expect.fail();
    return n % 2 === 0 ? connections.transaction("READ ONLY", NAMESPACE, inner) : connections.outside(inner);
  });
  for (const result of await Promise.allSettled(tries))
    expect(result).toMatchObject({
      status: "rejected",
      reason: { message: expect.stringContaining("holds one already") as string },
    });
  expect((await connections.query<{ one: number }>("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
});
