// HTTP servers that answer on localhost only, by IPv4 and IPv6 (a browser may try either first), and close at once.
import http from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";

/** The port belongs to another program. The message says so, and which option chooses another. */
export class PortInUse extends Error {
  readonly port: number;
  constructor(port: number) {
    super(`Port ${port} is in use; choose another with --port`);
    this.name = "PortInUse";
    this.port = port;
  }
}

export interface LocalServer {
  port: number;
  close(): Promise<void>;
}

export type Handler = (request: http.IncomingMessage, response: http.ServerResponse) => void | Promise<void>;
export type UpgradeHandler = (request: http.IncomingMessage, socket: Duplex, head: Buffer) => void;

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : "";

/** Listens on 127.0.0.1 and, where the machine has it, ::1. Port 0 is any free one. Throws PortInUse. */
export async function listenLocally(
  port: number,
  handler: Handler,
  onUpgrade?: UpgradeHandler,
): Promise<LocalServer> {
  const sockets = new Set<Socket>();
  const open = async (host: string, at: number): Promise<http.Server> => {
    const server = http.createServer((request, response) => {
      Promise.resolve(handler(request, response)).catch((error: unknown) => {
        if (!response.headersSent) response.writeHead(500, { "content-type": "text/plain; charset=utf-8" });
        response.end(
          `The simulated admin failed: ${error instanceof Error ? error.message : String(error)}\n`,
        );
      });
    });
    if (onUpgrade) server.on("upgrade", onUpgrade);
    server.on("connection", (socket) => {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", (error) => reject(codeOf(error) === "EADDRINUSE" ? new PortInUse(at) : error));
      server.listen(at, host, resolve);
    });
    return server;
  };

  const first = await open("127.0.0.1", port);
  const servers = [first];
  const bound = (first.address() as AddressInfo).port;
  const close = async () => {
    const closed = servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())));
    for (const socket of sockets) socket.destroy();
    await Promise.all(closed);
  };
  try {
    servers.push(await open("::1", bound));
  } catch (error) {
    // A machine without IPv6 is fine; another program on the same port of ::1 would answer in our place.
    if (error instanceof PortInUse) {
      await close();
      throw error;
    }
  }
  return { port: bound, close };
}
