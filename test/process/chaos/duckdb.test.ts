import { it } from "vitest";
import { shortRun } from "../../tools/chaos/short.ts";

it(
  "a shop that never rests, an API that misbehaves and an app that is killed end in the tables of a fresh copy (DuckDB)",
  () => shortRun("duckdb", 7),
  480_000,
);
