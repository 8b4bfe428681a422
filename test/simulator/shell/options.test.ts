// The demo's command line.
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { BadOption, readOptions } from "../../tools/demo/options.ts";

test("without options it is the shop of seed 1 on port 4000", () => {
  expect(readOptions([], 20_000)).toEqual({
    seed: 1,
    size: 20_000,
    orders: null,
    timeZone: null,
    port: 4000,
    data: null,
    exitAfterSync: false,
  });
});

test("every option is read", () => {
  const file = fileURLToPath(import.meta.url);
  expect(
    readOptions(["--orders", file, "--port=5000", "--data", "/tmp/kept", "--exit-after-sync"], 1),
  ).toMatchObject({
    orders: file,
    port: 5000,
    data: "/tmp/kept",
    exitAfterSync: true,
  });
  expect(readOptions(["--orders", file, "--time-zone", "america/toronto"], 1)).toMatchObject({
    timeZone: "America/Toronto",
  });
  expect(readOptions(["--seed", "7", "--size", "50"], 1)).toMatchObject({ seed: 7, size: 50 });
  expect(readOptions(["--help"], 1)).toBeNull();
});

describe("a bad option is named, with what is expected", () => {
  test.each([
    [["--sise", "3"], "Unknown option '--sise'. See --help."],
    [["--size"], "Option '--size <value>' argument missing. See --help."],
    [["extra"], "Unexpected argument 'extra'. See --help."],
    [["--size", "many"], '--size expects a whole number from 1 to 500,000, not "many".'],
    [["--size", "0"], '--size expects a whole number from 1 to 500,000, not "0".'],
    [["--port", "6000"], "--port: browsers refuse port 6000; choose another than 6000."],
    [["--port", "5059"], "--port: browsers refuse port 5060; choose another than 5059."],
    [["--port", "65535"], '--port expects a whole number from 1 to 65,534, not "65535".'],
    [["--seed=-1"], '--seed expects a whole number from 0 to 4,294,967,295, not "-1".'],
    [["--orders", "/nowhere/orders.csv"], "--orders: there is no file /nowhere/orders.csv."],
    [
      ["--orders", "x.csv", "--size", "3"],
      "--orders brings its own shop; it cannot be combined with --seed or --size.",
    ],
    [["--orders", "/"], "--orders: / is a directory; name the CSV file in it."],
    [
      ["--orders", fileURLToPath(import.meta.url), "--time-zone", "+02:00"],
      '--time-zone expects a name such as Europe/Berlin or America/New_York, not "+02:00".',
    ],
    [
      ["--orders", fileURLToPath(import.meta.url), "--time-zone", "Berlin"],
      '--time-zone expects a name such as Europe/Berlin or America/New_York, not "Berlin".',
    ],
    [["--time-zone", "Europe/Berlin"], "--time-zone is that of an order export; it goes with --orders."],
    [["--data", ""], "--data expects a directory."],
  ])("%j", (args, message) => {
    expect(() => readOptions(args, 20_000)).toThrow(new BadOption(message));
  });
});
