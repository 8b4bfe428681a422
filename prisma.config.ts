import { defineConfig } from "prisma/config";

// validate, format and generate run in WASM, yet the CLI first fetches a native engine that they never use:
// naming any existing file skips that download. Empty it to use the native `prisma migrate`.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath;

export default defineConfig({
  schema: "prisma/schema.prisma",
  migrations: { path: "prisma/migrations" },
  datasource: { url: process.env.DATABASE_URL ?? "" },
});
