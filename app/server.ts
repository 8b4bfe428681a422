// The process: state database, built app, HTTP behind the ingress. Answers /healthz, /metrics and webhooks as soon as
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
import { CORS, notAllowed } from "./http/api.server.ts";
import { askedBy } from "./asking.ts";
import { env } from "./env.server.ts";
import { giveWay } from "./process/give-way.server.ts";
import { openIngress } from "./webhooks/ingress/ingress.server.ts";
import { webhookGroups } from "./webhooks/topics.ts";
import { log } from "./log.server.ts";
import { countRequests } from "./metrics/requests.server.ts";
import { metricsRoute } from "./metrics/scrape.server.ts";
import { DatabaseAway } from "./outage.ts";
import { keepFilesPrivate } from "./process/private-files.server.ts";
import { openPulse } from "./process/pulse.server.ts";
import { internalsOf } from "./http/framework.server.ts";
import { requestLog, secureHeaders } from "./http/request-log.server.ts";
import { told } from "./told.server.ts";
import { failureText } from "./words/failure.server.ts";
import { openedWarehouse } from "./process/runtime.server.ts";
import { onUnhandled } from "./process/unhandled.ts";

const STOP_WITHIN_MS = 10_000;
const root = fileURLToPath(new URL("..", import.meta.url));

type AppBuild = ServerBuild & {
  entry: {
    module: {
      prepare: () => Promise<void>;
      start: () => Promise<void>;
      stop: () => Promise<void>;
      unusable: () => Promise<string[]>;
      lost: Promise<unknown>;
    };
  };
};

type Postgres = Awaited<ReturnType<typeof startPostgres>>;

async function main(): Promise<void> {
  installGlobals({ nativeFetch: true });
  const { DATABASE_URL, DATA_DIR } = env();
  const postgres = DATABASE_URL ? null : await startPostgres(path.join(DATA_DIR, "postgres"));
  if (postgres) process.env.DATABASE_URL = postgres.url;
  await keepFilesPrivate(DATA_DIR);
  try {
    await serve(postgres?.url ?? DATABASE_URL ?? "", postgres);
  } catch (error) {
    await postgres?.stop();
    throw error;
  }
}

async function serve(databaseUrl: string, postgres: Postgres | null): Promise<void> {
  const { HOST, PORT, NODE_ENV, METRICS_TOKEN, TRUSTED_PROXIES } = env();
  const applied = await deploy(databaseUrl);
  if (applied.length > 0) log.info({ applied }, "database migrated");

  let ready = false;
  const pulse = openPulse(databaseUrl);
  let revivable = true;
  const app = express();
  app.disable("x-powered-by");
  app.set("trust proxy", "loopback, linklocal, uniquelocal");
  app.use(secureHeaders);
  app.get("/healthz", (_request, response) => {
    const [status, text] = revivable ? [200, "ok"] : [503, "the warehouse is gone: start the process anew"];
    response.status(status).type("text").send(text);
  });
  app.get("/readyz", (_request, response) => {
    void readiness().then((faults) =>
      response
        .status(faults.length === 0 ? 200 : 503)
        .type("text")
        .send(faults.length === 0 ? "ready" : faults.join("\n")),
    );
  });
  const metrics = metricsRoute(METRICS_TOKEN, () => readiness(), openedWarehouse);
  app.get("/metrics", (request, response) => void metrics(request, response));
  app.use(countRequests(webhookGroups), requestLog);

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
  const { prepare, start, stop, unusable, lost } = (await loadBuild()).entry.module;
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
      express.static(path.join(client, "assets"), { ...FILES, immutable: true, maxAge: "1y" }),
    );
    app.use(express.static(client, { ...FILES, maxAge: "1h" }));
  }
  app.use((request, response, next) => {
    if (!METHODS.has(request.method)) {
      const { status, body, headers } = notAllowed(request.method);
      say(request, response.set(headers), status, body.error);
    } else if (ready || request.path.startsWith("/webhooks/"))
      void pulse.answers().then((answers) => {
        if (answers) return next();
        const { message, status } = new DatabaseAway(null);
        say(request, response.set("Retry-After", "30"), status, message);
      });
    else
      say(request, response.set("Retry-After", "5"), 503, "The app is starting. Try again in a few seconds.");
  });
  app.use((request, response, next) => {
    if (isForeign(request)) say(request, response, 403, "A form of another site is not taken.");
    else next();
  });
  app.use((request, response, next) => {
    const fault = internalsOf(request);
    if (fault === null) next();
    else say(request, response, fault.status, fault.message);
  });
  const build = vite ? loadBuild : await loadBuild();
  const answer = createRequestHandler({ build, mode: NODE_ENV });
  app.all("*", (request, response, next) => {
    const left = new AbortController();
    // What is only looked at is not worked out for nobody.
    if (request.method === "GET") response.on("close", () => left.abort());
    askedBy(left.signal, () => void answer(request, response, next));
  });
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
  const ingress = vite
    ? null
    : await openIngress({ host: HOST, port: PORT, appPort, proxies: TRUSTED_PROXIES });
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
    await pulse.close();
    await postgres?.stop();
    process.exit(code);
  };
  const notInOrder = (error: unknown): never => {
    log.fatal({ err: error }, "the process could not leave in order");
    process.exit(1);
  };
  const fail = (error: unknown, said: string): void => {
    log.fatal({ err: error }, said);
    leave("failure", 1).catch(notInOrder);
  };
  ingress?.failed.catch((error: unknown) => fail(error, "the ingress failed"));
  void lost.then((error) => {
    revivable = false;
    fail(error, "no instance of DuckDB lives in this process any more");
  });
  onUnhandled(fail);
  for (const signal of ["SIGTERM", "SIGINT"] as const)
    process.on(signal, () => void leave(signal).catch(notInOrder));

  try {
    await start();
    ready = true;
  } catch (error) {
    log.fatal({ err: error }, "the app could not start");
    await leave("failure", 1);
  }
}

/** A folder is no file, and led to would be wherever its name says. */
const FILES = { index: false, redirect: false } as const;

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

/** The framework would answer 500 for what another site's page sends. What needs a signature or a token in a header is no form. */
function isForeign({ method, path: asked, headers }: Request): boolean {
  const { origin } = headers;
  if (origin === undefined || ["GET", "HEAD", "OPTIONS"].includes(method)) return false;
  if (/^\/(api|webhooks)\//.test(asked)) return false;
  const [forwarded] = [headers["x-forwarded-host"] ?? headers.host].flat();
  return !URL.canParse(origin) || new URL(origin).host !== forwarded?.split(",")[0]?.trim();
}

const lastResort: ErrorRequestHandler = (error: unknown, request, response, next) => {
  if (response.headersSent) next(error);
  else say(request, response, 500, failureText({ locale: "en" }, told(error, { path: request.path })));
};

main().catch((error: NodeJS.ErrnoException) => {
  log.fatal(
    error.code === "EADDRINUSE" ? `Port ${env().PORT} is in use. Choose another with PORT.` : error.message,
  );
  log.debug({ err: error });
  process.exit(1);
});
