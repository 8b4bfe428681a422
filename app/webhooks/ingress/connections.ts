// Connections: how many each caller may have, how long one may take to say what it wants or to take its answer, and what is
// said to one that speaks something else.
import type { Server } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { callerAt, placesEach } from "./callers.ts";
import type { Limits } from "./limits.ts";
import type { Reason } from "./refusals.ts";

/** Longer than load balancers keep an idle connection: else one could be closed under a webhook on its way. */
const KEPT_IDLE_MS = 65_000;

interface Refusals {
  count: (reason: Reason) => void;
  bare: (reason: "slow" | "headers" | "malformed") => string;
}

/** Behind proxies the connections are theirs, and not counted. */
export function limitConnections(
  server: Server,
  { limits, proxies, refusals }: { limits: Limits; proxies: number; refusals: Refusals },
): void {
  server.headersTimeout = limits.headersWithinMs;
  server.requestTimeout = limits.requestWithinMs;
  server.keepAliveTimeout = KEPT_IDLE_MS;
  server.maxRequestsPerSocket = limits.requestsPerConnection;

  const take = placesEach(limits.connectionsEach);
  server.on("connection", (socket: Socket) => {
    const leave = take(proxies > 0 ? null : callerAt(socket.remoteAddress));
    if (leave) return void socket.once("close", leave);
    refusals.count("connections");
    socket.destroy();
  });

  const answering = new WeakMap<Duplex, number>();
  const answers = (socket: Duplex) => answering.get(socket) ?? 0;
  server.on("request", ({ socket }, response) => {
    answering.set(socket, answers(socket) + 1);
    response.once("close", () => answering.set(socket, answers(socket) - 1));
  });

  // Node begins anew to count with every byte that goes or comes, on a connection that waits for the app as on any other.
  server.timeout = limits.stalledAfterMs;
  server.on("timeout", (socket: Socket) => {
    if (answers(socket) > 0 && socket.writableLength === 0) return;
    if (answers(socket) > 0) refusals.count("stalled");
    socket.destroy();
  });

  server.on("clientError", ({ code }: NodeJS.ErrnoException, socket) => {
    // An answer that has begun cannot be another one; and a caller who is gone has made no mistake.
    if (code === "ECONNRESET" || !socket.writable || answers(socket) > 0) return void socket.destroy();
    const late = code === "ERR_HTTP_REQUEST_TIMEOUT";
    socket.end(refusals.bare(late ? "slow" : code === "HPE_HEADER_OVERFLOW" ? "headers" : "malformed"), () =>
      socket.destroy(),
    );
  });
}
