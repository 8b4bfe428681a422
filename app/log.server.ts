// Structured logs. Tokens, cookies and query strings (which carry id tokens) never reach them.
import pino from "pino";

// A bad level is for the environment's check to name; until then the log must work.
const asked = process.env.LOG_LEVEL ?? "";

/** A JSON Web Token or what is left of one, and the tokens that Shopify gives out: wherever a text quotes them. */
const TOKENS = /eyJ[\w-]{3,}(?:\.[\w-]*)*|shp(?:at|ca|pa|rt|ss|ua)_\w+/g;

const NAME = /^[\w.-]{1,60}$/;

/** Node hangs the address that it could not read on the error, and others what they were given: no field but these is kept. */
export function loggedError(thrown: unknown): Record<string, unknown> {
  if (!(thrown instanceof Error)) return { type: typeof thrown, message: String(thrown) };
  const { name, message, stack } = thrown;
  const code =
    "code" in thrown && typeof thrown.code === "string" && NAME.test(thrown.code) ? thrown.code : null;
  const cause = thrown.cause instanceof Error ? { cause: loggedError(thrown.cause) } : {};
  return { type: name, message, stack, ...(code === null ? {} : { code }), ...cause };
}

export const log = pino({
  level: asked === "silent" || asked in pino.levels.values ? asked : "info",
  serializers: { err: loggedError },
  hooks: { streamWrite: (line) => line.replace(TOKENS, "[token]") },
  redact: {
    paths: [
      "*.accessToken",
      "*.refreshToken",
      "*.access_token",
      "*.refresh_token",
      "*.authorization",
      "req.headers",
      "res.headers",
    ],
    remove: true,
  },
});
