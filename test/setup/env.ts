// The environment of every test process: a made-up app whose secrets are worth nothing.
const defaults = {
  NODE_ENV: "test",
  SHOPIFY_API_KEY: "test-api-key",
  SHOPIFY_API_SECRET: "test-api-secret",
  SHOPIFY_APP_URL: "https://segment-kpis.example.com",
  TOKEN_KEYS: Buffer.alloc(32, "test key").toString("base64"),
  LOG_LEVEL: "silent",
};

for (const [name, value] of Object.entries(defaults)) process.env[name] ??= value;
