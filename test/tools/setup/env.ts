// The environment of every test process: a made-up app whose secrets are worth nothing.
const defaults = {
  NODE_ENV: "test",
  SHOPIFY_API_KEY: "test-api-key",
  SHOPIFY_API_SECRET: "test-api-secret",
  SHOPIFY_APP_URL: "https://segment-kpis.example.com",
  TOKEN_KEYS: Buffer.alloc(32, "test key").toString("base64"),
  // The simulated Shopify's files.
  BULK_FILE_ORIGINS: "http://127.0.0.1:*",
  LOG_LEVEL: "silent",
  // Shops of tests are small: a second thread of DuckDB would only look for work, beside the other test files.
  WAREHOUSE_THREADS: "1",
};

for (const [name, value] of Object.entries(defaults)) process.env[name] ??= value;
