// What merchants read of an error, and what stays with the log: real errors of the file system, of DuckDB and of zod.
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect, it } from "vitest";
import { brokenValue, RedactionsUnreadable } from "../../app/errors.ts";
import { orRefuse } from "../../app/http/respond.server.ts";
import { reasonOf } from "../../app/sync/loading/unreadable.ts";
import { numberOf, told } from "../../app/told.server.ts";
import { failureText } from "../../app/words/failure.server.ts";
import { WarehouseLocked } from "../../app/warehouse/errors.ts";

const thrownBy = (work: () => Promise<unknown>): Promise<unknown> =>
  work().then(
    () => null,
    (error: unknown) => error,
  );

const OUR_FAULT =
  /^Something went wrong on our side\. If it stays, tell the app's support this number: [A-Z2-9]{8}\.$/;

const place = { locale: "en" };
const said = (error: unknown) => failureText(place, told(error));

it("gives a number for what nobody foresaw, the same each time it is told", async () => {
  const error = await thrownBy(() => mkdtemp(path.join(os.tmpdir(), "no such place", "x")));
  expect(String(error)).toContain(os.tmpdir());
  expect(said(error)).toMatch(OUR_FAULT);
  expect(said(error)).toContain(numberOf(error));
  expect(reasonOf(error)).toEqual(told(error));
});

it("quotes no engine", async () => {
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  const error = await thrownBy(() => connection.run("SELECT no_such_column"));
  connection.closeSync();
  expect(failureText(place, reasonOf(error))).toMatch(OUR_FAULT);
  const answer = (await thrownBy(() => orRefuse(() => Promise.reject(error as Error)))) as Response;
  expect(answer.status).toBe(500);
  expect(await answer.json()).toEqual({ message: expect.stringMatching(OUR_FAULT) as unknown });
});

it("names no place on the machine, and quotes nothing of what an error of ours rests on", async () => {
  const directory = await mkdtemp(path.join(os.tmpdir(), "segment-kpis-told-"));
  await rm(directory, { recursive: true });
  const prose = new Error("Conversion Error: see https://duckdb.org");
  for (const error of [
    brokenValue(path.join(directory, "orders.jsonl"), 3, prose.message, prose),
    new WarehouseLocked(directory, prose),
    new RedactionsUnreadable("a.myshopify.com", prose),
  ]) {
    expect(said(error)).not.toMatch(OUR_FAULT);
    expect(said(error)).not.toMatch(/duckdb|Conversion/);
    expect(said(error)).not.toContain(directory);
  }
});
