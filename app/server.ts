// The process: state database, built app, HTTP behind the front door's process. Answers /healthz, /metrics and webhooks as soon as
// the state database is there, everything else once the warehouse is open; on SIGTERM or SIGINT finishes what runs and leaves
// within ten seconds.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { createRequestHandler } from "@remix-run/express";
import { installGlobals, type ServerBuild } from "@remix-run/node";
import compression from "compression";
import express, { type ErrorRequestHandler, type Request, type Response } from "express";
import { startPostgres } from "../prisma/embedded.ts";
import { deploy } from "../prisma/migrate.ts";
import { admitWebhooks } from "./admission.server.ts";
import { CORS, notAllowed } from "./api.server.ts";
import { env } from "./env.server.ts";
import { giveWay } from "./give-way.server.ts";
import { openIngress } from "./ingress/ingress.server.ts";
import { log } from "./log.server.ts";
import { countRequests } from "./metrics/requests.server.ts";
import { metricsRoute } from "./metrics/scrape.server.ts";
import { requestLog, secureHeaders } from "./request-log.server.ts";

const STOP_WITHIN_MS = 10_000;
const root = fileURLToPath(new URL("..", import.meta.url));

type AppBuild = ServerBuild & {
  entry: {
    module: {
      prepare: () => Promise<void>;
      start: () => Promise<void>;
      stop: () => Promise<void>;
      unusable: () => Promise<string[]>;
    };
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
  const { prepare, start, stop, unusable } = (await loadBuild()).entry.module;
  const readiness = async () => (ready ? unusable() : ["starting or stopping"]);

  app.use(compression());
  app.use((request, response, next) => {
    if (isAddress(request)) next();
    else say(request, response, 404, "There is nothing at this address.");
  });
  if (vite) app.use(vite.middlewares);
  else {
    const client = path.join(root, "build/client");
    app.use(
      "/assets",
      express.static(path.join(client, "assets"), { immutable: true, maxAge: "1y", index: false }),
    );
    app.use(express.static(client, { maxAge: "1h", index: false }));
  }
  if (vite) app.use("/webhooks", admitWebhooks());
  app.use((request, response, next) => {
    if (!METHODS.has(request.method)) {
      const { status, body, headers } = notAllowed(request.method);
      say(request, response.set(headers), status, body.error);
    } else if (ready || request.path.startsWith("/webhooks/")) next();
    else
      say(request, response.set("Retry-After", "5"), 503, "The app is starting. Try again in a few seconds.");
  });
  const build = vite ? loadBuild : await loadBuild();
  const answer = createRequestHandler({ build, mode: NODE_ENV });
  app.all("*", (request, response, next) => void answer(request, response, next));
  app.use(lastResort);

  await prepare();
  const listen = (port: number, host: string) =>
    new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, host, resolve));
  if (vite) await listen(PORT, HOST);
  else {
    // The ingress keeps its connections; one that were closed here could meet a request on its way.
    server.keepAliveTimeout = 0;
    await listen(0, "127.0.0.1");
  }
  const { port: appPort } = server.address() as AddressInfo;
  const ingress = vite ? null : await openIngress({ host: HOST, port: PORT, appPort });
  if (ingress) giveWay();
  log.info({ port: PORT }, "listening");

  let stopping = false;
  const leave = async (signal: NodeJS.Signals | "failure", code = 0): Promise<void> => {
    if (stopping) return;
    stopping = true;
    ready = false;
    log.info({ signal }, "stopping");
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
    ingress?.leave();
    server.close();
    await stop();
    await vite?.close();
    await ingress?.close();
    server.closeAllConnections();
    await postgres?.stop();
    process.exit(code);
  };
  ingress?.failed.catch((error: unknown) => {
    log.fatal({ err: error }, "the process at the door failed");
    void leave("failure", 1);
  });
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void leave(signal));

  try {
    await start();
    ready = true;
  } catch (error) {
    log.fatal({ err: error }, "the app could not start");
    await leave("failure", 1);
  }
}

/** Of which the standard's Request can be made, and which routes tell apart. */
const METHODS = new Set(["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"]);

/** What is answered before a route is reached: as JSON under /api, else as text. */
function say(request: Request, response: Response, status: number, text: string): void {
  response.status(status);
  if (request.path.startsWith("/api/")) response.set(CORS).json({ error: text });
  else response.type("text").send(text);
}

/** The framework would answer 500 for a path that cannot be decoded. */
function isAddress({ url, path: asked }: Request): boolean {
  try {
    return decodeURIComponent(asked) !== "" && url.startsWith("/");
  } catch {
    return false;
  }
}

const lastResort: ErrorRequestHandler = (error: unknown, request, response, next) => {
  log.error({ err: error, path: request.path }, "a request failed outside the app");
  if (response.headersSent) next(error);
  else say(request, response, 500, "Something went wrong on our side.");
};

main().catch((error: NodeJS.ErrnoException) => {
  log.fatal(
    error.code === "EADDRINUSE" ? `Port ${env().PORT} is in use. Choose another with PORT.` : error.message,
  );
  log.debug({ err: error });
  process.exit(1);
});
