// Every environment variable, parsed once. A missing or bad value names itself and says what is expected.
import path from "node:path";
import { z } from "zod";

const key = z
  .base64()
  .refine((text) => Buffer.from(text, "base64").length === 32, "expected 32 bytes in base64");

// Not z.url(): a database on a unix socket is postgresql://user@/name?host=/directory, which has no host.
const postgresUrl = z.string().regex(/^postgres(ql)?:\/\//, "expected postgresql://…");
const text = (expected: string) => z.string({ error: `expected ${expected}` }).min(1);

const threads = z.coerce
  .number({ error: "expected how many threads may work in the warehouse" })
  .int()
  .min(1)
  .max(64)
  .default(2);

const schema = z.object({
  NODE_ENV: z.enum(["development", "test", "production"]).default("development"),
  SHOPIFY_API_KEY: text("the app's client id"),
  SHOPIFY_API_SECRET: text("the app's client secret"),
  SHOPIFY_APP_URL: z.url({
    protocol: /^https?$/,
    error: "expected the app's public URL, such as https://app.example.com",
  }),
  TOKEN_KEYS: text("keys of 32 bytes in base64, separated by commas; the first encrypts, any decrypts")
    .transform((keys) => keys.split(",").map((part) => part.trim()))
    .pipe(z.array(key).min(1)),
  DATABASE_URL: postgresUrl.optional(),
  WAREHOUSE_URL: postgresUrl.optional(),
  DATA_DIR: z.string().min(1).optional(),
  METRICS_TOKEN: z.string().min(16, "expected at least 16 characters").optional(),
  BULK_FILE_ORIGINS: z
    .string()
    .default("")
    .transform((origins) =>
      origins
        .split(",")
        .map((origin) => origin.trim())
        .filter(Boolean),
    )
    .pipe(
      z.array(
        z
          .string()
          .regex(/^https?:\/\/[\w.-]+(:(\d+|\*))?$/, "expected origins such as https://files.example.com"),
      ),
    ),
  HOST: z.string().min(1).default("0.0.0.0"),
  TRUSTED_PROXIES: z.coerce
    .number({ error: "expected the number of proxies between the world and the app" })
    .int()
    .min(0)
    .max(10)
    .default(0),
  WAREHOUSE_THREADS: threads,
  PORT: z.coerce.number().int().min(0).max(65535).default(3000),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
});

export type Env = Omit<z.infer<typeof schema>, "DATA_DIR"> & { DATA_DIR: string };

/**
 * Reads and checks the environment; throws one error that lists every variable at fault.
 * In production an ephemeral disk would lose tokens and sync state at the next deploy, so without a
 * DATABASE_URL the place of the data must be named.
 */
export function parseEnv(source: Readonly<Record<string, string | undefined>>): Env {
  const blankIsMissing = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ""));
  const parsed = schema.safeParse(blankIsMissing);
  const faults = parsed.success
    ? []
    : parsed.error.issues.map((issue) => `  ${issue.path[0]?.toString() ?? "?"}: ${issue.message}`);
  if (
    parsed.success &&
    parsed.data.NODE_ENV === "production" &&
    !parsed.data.DATABASE_URL &&
    !parsed.data.DATA_DIR
  )
    faults.push(
      "  DATABASE_URL or DATA_DIR: in production, name a database or a directory on a disk that outlives a deploy",
    );
  if (!parsed.success || faults.length > 0)
    throw new Error(`The environment is not complete:\n${faults.join("\n")}`);
  return { ...parsed.data, DATA_DIR: path.resolve(parsed.data.DATA_DIR ?? ".data") };
}

/** WAREHOUSE_THREADS, also for what needs nothing else of the environment, such as a command over copies. */
export function warehouseThreads(): number {
  return threads.parse(process.env.WAREHOUSE_THREADS || undefined);
}

let parsed: Env | undefined;

export function env(): Env {
  return (parsed ??= parseEnv(process.env));
}
