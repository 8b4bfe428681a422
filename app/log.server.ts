// Structured logs. Tokens, cookies and query strings (which carry id tokens) never reach them.
import pino from "pino";

// A bad level is for the environment's check to name; until then the log must work.
const asked = process.env.LOG_LEVEL ?? "";

export const log = pino({
  level: asked === "silent" || asked in pino.levels.values ? asked : "info",
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
