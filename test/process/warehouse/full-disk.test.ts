// A disk that is full for a while: said as such, nothing half merged, and over as soon as there is room.
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { z } from "zod";
import { failure } from "../../../app/failure.ts";
import { failureText } from "../../../app/words/failure.server.ts";
import { DatabaseAway, DiskFull, outageOf } from "../../../app/outage.ts";
import { reasonOf } from "../../../app/sync/loading/unreadable.ts";
import { ApiUnavailable } from "../../../app/errors.ts";

it("is told apart, leaves the shop as it was, and needs no restart", async () => {
  const directory = await mkdtemp(path.join(tmpdir(), "segment-kpis-full-"));
  const script = fileURLToPath(new URL("full-disk-process.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, directory]);
  expect(JSON.parse(stdout)).toEqual(["merged", 200, "DiskFull", 200, "merged", 12_000]);
  await rm(directory, { recursive: true, force: true });
}, 60_000);

const said = (error: unknown) => failureText({ locale: "en" }, reasonOf(error));

it("a full disk is told in words that may be shown, and what is no outage by a number", () => {
  const full = Object.assign(new Error("write"), { code: "ENOSPC" });
  expect(said(new Error("a copy failed", { cause: full }))).toMatch(/^The app's disk is full/);
  expect(said(new Error("a copy failed"))).toMatch(/^Something went wrong on our side\./);
  const answer = z.object({ id: z.string() }).safeParse({ id: 1 });
  expect(said(answer.error)).toMatch(/^What Shopify sent can't be used: .*expected string.* id$/);
});

it("an outage is known by the codes and words of those who report it, and Shopify's is none of ours", () => {
  const failed = (message: string, code?: string) => Object.assign(new Error(message), code ? { code } : {});
  for (const error of [
    failed("write", "ENOSPC"),
    failed("could not extend file", "53100"),
    failed('IO Error: Could not write file "x": No space left on device'),
    new Error("a copy failed", { cause: failed("write", "EDQUOT") }),
  ])
    expect(outageOf(error), error.message).toBeInstanceOf(DiskFull);
  for (const error of [
    failed("connect ENOENT /x/.s.PGSQL.5432", "ENOENT"),
    failed("connect", "ECONNREFUSED"),
    failed("the database system is starting up", "57P03"),
    failed("Raw query failed. Code: `57P01`.", "P2010"),
    failed("Connection terminated unexpectedly"),
    failed("sorry, too many clients already", "53300"),
  ])
    expect(outageOf(error), error.message).toBeInstanceOf(DatabaseAway);
  for (const error of [
    failed("open 'x'", "ENOENT"),
    failed("Raw query failed. Code: `42601`.", "P2010"),
    new ApiUnavailable(
      "a.myshopify.com",
      "no answer",
      failure("unanswered_unusable", { shop: "a.myshopify.com" }),
      failed("connect", "ECONNREFUSED"),
    ),
    new TypeError("fetch failed", { cause: failed("connect", "ECONNREFUSED") }),
    "text",
  ])
    expect(outageOf(error)).toBeNull();
});
