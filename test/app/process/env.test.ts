import { describe, expect, it } from "vitest";
import { parseEnv } from "../../../app/env.server.ts";

const KEY = Buffer.alloc(32, 7).toString("base64");
const complete = {
  SHOPIFY_API_KEY: "id",
  SHOPIFY_API_SECRET: "secret",
  SHOPIFY_APP_URL: "https://app.example.com",
  TOKEN_KEYS: KEY,
};

describe("the environment", () => {
  it("has sensible values for what may be left out", () => {
    const env = parseEnv(complete);
    expect(env).toMatchObject({
      NODE_ENV: "development",
      PORT: 3000,
      HOST: "0.0.0.0",
      LOG_LEVEL: "info",
      TRUSTED_PROXIES: 0,
      WAREHOUSE_THREADS: 2,
    });
    expect(env.DATA_DIR).toMatch(/\.data$/);
  });

  it("names everything that is missing or blank at once", () => {
    const parse = () => parseEnv({ NODE_ENV: "development", SHOPIFY_API_KEY: "" });
    for (const name of Object.keys(complete)) expect(parse).toThrow(`${name}: expected`);
  });

  it.each([
    ["SHOPIFY_APP_URL", "app.example.com", "public URL"],
    ["TOKEN_KEYS", Buffer.alloc(16).toString("base64"), "32 bytes"],
    ["DATABASE_URL", "mysql://x", "postgresql://"],
    ["PORT", "eighty", "number"],
    ["TRUSTED_PROXIES", "two", "number of proxies"],
    ["WAREHOUSE_THREADS", "all", "how many threads"],
    ["METRICS_TOKEN", "short", "16 characters"],
    ["LOG_LEVEL", "loud", "trace"],
  ])("names %s when it is bad", (name, value, expected) => {
    const parse = () => parseEnv({ ...complete, [name]: value });
    expect(parse).toThrow(new RegExp(`${name}: .*${expected}`));
  });

  it("takes several token keys and a database on a socket", () => {
    const other = Buffer.alloc(32, 8).toString("base64");
    const DATABASE_URL = "postgresql://app@/app?host=%2Frun%2Fpostgres";
    const env = parseEnv({ ...complete, TOKEN_KEYS: `${KEY}, ${other}`, DATABASE_URL });
    expect(env.TOKEN_KEYS).toEqual([KEY, other]);
    expect(env.DATABASE_URL).toBe(DATABASE_URL);
  });

  it("in production must say where data outlive a deploy", () => {
    const production = { ...complete, NODE_ENV: "production" };
    expect(() => parseEnv(production)).toThrow(/DATABASE_URL or DATA_DIR/);
    expect(parseEnv({ ...production, DATA_DIR: "/data" }).DATA_DIR).toBe("/data");
    expect(parseEnv({ ...production, DATABASE_URL: "postgresql://db/app" }).NODE_ENV).toBe("production");
  });
});
