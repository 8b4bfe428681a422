// The process: state database, built app, HTTP. Answers /healthz, /metrics and webhooks as soon as the state database is there,
// everything else once the warehouse is open; on SIGTERM or SIGINT finishes what runs and leaves within ten seconds.
import { createServer } from "node:http";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { createRequestHandler } from "@remix-run/express";
import { installGlobals, type ServerBuild } from "@remix-run/node";
import compression from "compression";
import express, { type ErrorRequestHandler, type RequestHandler } from "express";
import { pinoHttp } from "pino-http";
import { startPostgres } from "../prisma/embedded.ts";
import { deploy } from "../prisma/migrate.ts";
import { admitWebhooks } from "./admission.server.ts";
import { env } from "./env.server.ts";
import { log } from "./log.server.ts";
import { countRequests } from "./metrics/requests.server.ts";
import { metricsRoute } from "./metrics/scrape.server.ts";

const STOP_WITHIN_MS = 10_000;
const root = fileURLToPath(new URL("..", import.meta.url));

type AppBuild = ServerBuild & {
  entry: {
    module: { start: () => Promise<void>; stop: () => Promise<void>; unusable: () => Promise<string[]> };
  };
};

type Postgres = Awaited<ReturnType<typeof startPostgres>>;

async function main(): Promise<void> {
  installGlobals({ nativeFetch: true });
  const { DATABASE_URL, DATA_DIR } = env();
  const postgres = DATABASE_URL ? null : await startPostgres(path.join(DATA_DIR, "postgres"));
  if (postgres) process.env.DATABASE_URL = postgres.url;
  try {
    await serve(postgres?.url ?? DATABASE_URL ?? "", postgres);
  } catch (error) {
    await postgres?.stop();
    throw error;
  }
}

async function serve(databaseUrl: string, postgres: Postgres | null): Promise<void> {
  const { HOST, PORT, NODE_ENV, METRICS_TOKEN } = env();
  const applied = await deploy(databaseUrl);
  if (applied.length > 0) log.info({ applied }, "database migrated");

  let ready = false;
  const app = express();
  app.disable("x-powered-by");
  app.set("trust proxy", "loopback, linklocal, uniquelocal");
  app.get("/healthz", (_request, response) => void response.type("text").send("ok"));
  app.get("/readyz", (_request, response) => {
    void readiness().then((faults) =>
      response
        .status(faults.length === 0 ? 200 : 503)
        .type("text")
        .send(faults.length === 0 ? "ready" : faults.join("\n")),
    );
  });
  const metrics = metricsRoute(METRICS_TOKEN);
  app.get("/metrics", (request, response) => void metrics(request, response));
  app.use(countRequests, requestLog, secureHeaders);

  const server = createServer(app);
  const vite =
    NODE_ENV === "production"
      ? null
      : await (
          await import("vite")
        ).createServer({ root, server: { middlewareMode: true, hmr: { server } } });
  const built = pathToFileURL(path.join(root, "build/server/index.js")).href;
  const loadBuild = async (): Promise<AppBuild> => {
    const module: unknown = vite
      ? await vite.ssrLoadModule("virtual:remix/server-build")
      : await import(built);
    return module as AppBuild;
  };
  const { start, stop, unusable } = (await loadBuild()).entry.module;
  const readiness = async () => (ready ? unusable() : ["starting or stopping"]);

  if (vite) app.use(vite.middlewares);
  else {
    const client = path.join(root, "build/client");
    app.use(
      "/assets",
      express.static(path.join(client, "assets"), { immutable: true, maxAge: "1y", index: false }),
    );
    app.use(express.static(client, { maxAge: "1h", index: false }));
  }
  app.use("/webhooks", admitWebhooks());
  app.use(compression());
  app.use((request, response, next) => {
    if (ready || request.path.startsWith("/webhooks/")) next();
    else
      response
        .status(503)
        .set("Retry-After", "5")
        .type("text")
        .send("The app is starting. Try again in a few seconds.");
  });
  const build = vite ? loadBuild : await loadBuild();
  const answer = createRequestHandler({ build, mode: NODE_ENV });
  app.all("*", (request, response, next) => void answer(request, response, next));
  app.use(lastResort);

  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(PORT, HOST, resolve));
  log.info({ port: PORT }, "listening");

  let stopping = false;
  const leave = async (signal: NodeJS.Signals | "failure", code = 0): Promise<void> => {
    if (stopping) return;
    stopping = true;
    ready = false;
    log.info({ signal }, "stopping");
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
    server.close();
    server.closeIdleConnections();
    await stop();
    await vite?.close();
    server.closeAllConnections();
    await postgres?.stop();
    process.exit(code);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void leave(signal));

  try {
    await start();
    ready = true;
  } catch (error) {
    log.fatal({ err: error }, "the app could not start");
    await leave("failure", 1);
  }
}

/** One line a request: method, path, status, time. Never the query, which carries id tokens. */
const requestLog: RequestHandler = pinoHttp({
  logger: log,
  serializers: {
    req: (request: { method: string; url: string }) => ({
      method: request.method,
      path: request.url.split("?")[0],
    }),
    res: (response: { statusCode: number }) => ({ status: response.statusCode }),
  },
  customLogLevel: (_request, response, error) =>
    error || response.statusCode >= 500 ? "error" : response.statusCode >= 400 ? "warn" : "debug",
});

const secureHeaders: RequestHandler = (_request, response, next) => {
  response.set({ "X-Content-Type-Options": "nosniff", "Referrer-Policy": "strict-origin-when-cross-origin" });
  next();
};

const lastResort: ErrorRequestHandler = (error: unknown, request, response, next) => {
  log.error({ err: error, path: request.path }, "a request failed outside the app");
  if (response.headersSent) next(error);
  else response.status(500).type("text").send("Something went wrong on our side.");
};

main().catch((error: NodeJS.ErrnoException) => {
  log.fatal(
    error.code === "EADDRINUSE" ? `Port ${env().PORT} is in use. Choose another with PORT.` : error.message,
  );
  log.debug({ err: error });
  process.exit(1);
});
