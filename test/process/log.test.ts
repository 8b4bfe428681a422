// What an error may bring into the log, whoever made it.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, it } from "vitest";
import { loggedError } from "../../app/log.server.ts";

const TOKEN = `eyJhbGciOiJIUzI1NiJ9.${"eyJzdWIiOiI3In0"}.c2lnbmF0dXJl`;

it("keeps of an error its kind, its sentence, its trace and its code, and the same of its cause", () => {
  const cause = Object.assign(new TypeError("Invalid URL"), {
    code: "ERR_INVALID_URL",
    input: `/app?id_token=${TOKEN}`,
  });
  const error = Object.assign(new Error("it failed", { cause }), {
    code: 7,
    request: { body: "jane@example.com" },
  });
  expect(loggedError(error)).toEqual({
    type: "Error",
    message: "it failed",
    stack: error.stack,
    cause: { type: "TypeError", message: "Invalid URL", stack: cause.stack, code: "ERR_INVALID_URL" },
  });
  expect(loggedError("thrown as a text")).toEqual({ type: "string", message: "thrown as a text" });
});

it("writes no token, in whatever text it stands", async () => {
  const program = `
    import { log } from "./app/log.server.ts";
    log.error({ err: new Error("cannot read /app?id_token=" + process.argv[1]), path: "/" + process.argv[1] }, "of " + process.argv[1]);
    log.warn({ deep: { deeper: ["shpat_0123456789abcdef"] } }, "done");`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program, TOKEN], {
    env: { ...process.env, LOG_LEVEL: "info" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const said: string[] = [];
  child.stdout.on("data", (chunk) => said.push(String(chunk)));
  await once(child, "close");
  const lines = said.join("").trim().split("\n");
  expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual(["of [token]", "done"]);
  expect(said.join("")).not.toMatch(/eyJ|shpat_|c2lnbmF0dXJl/);
});
