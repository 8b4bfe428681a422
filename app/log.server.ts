// Structured logs. Tokens, cookies and query strings (which carry id tokens) never reach them.
import pino from "pino";

export const log = pino({
  level: process.env.LOG_LEVEL ?? "info",
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
