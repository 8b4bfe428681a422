// An ingress of the test's own before an app that answers as the test says, and callers who keep to no standard.
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { type Ingress, openIngress } from "../../../app/webhooks/ingress/ingress.server.ts";
import type { IngressOptions } from "../../../app/webhooks/ingress/messages.ts";
import { signed } from "../routes/intake.ts";

export interface Door {
  port: number;
  address: string;
  /** What the app answers from now on. */
  answers(answer: (request: IncomingMessage, response: ServerResponse) => void): void;
  /** Addresses that reached the app. */
  reached: string[];
  /** A caller whose bytes the test writes by itself, and whose answer is read when it asks for it. */
  call(...said: string[]): Socket;
  close(): Promise<void>;
}

export async function openDoor(change: Partial<IngressOptions> = {}): Promise<Door> {
  const reached: string[] = [];
  let answer: Parameters<Door["answers"]>[0] = (_request, response) => void response.end("from the app");
  const app = createServer((request, response) => {
    reached.push(request.url ?? "");
    answer(request, response);
  });
  app.listen(0, "127.0.0.1");
  await once(app, "listening");
  const appPort = (app.address() as AddressInfo).port;
  const ingress: Ingress = await openIngress({ host: "127.0.0.1", port: 0, appPort, ...change });
  const callers: Socket[] = [];
  return {
    port: ingress.port,
    address: `http://127.0.0.1:${ingress.port}`,
    reached,
    answers: (next) => (answer = next),
    call(...said) {
      const socket = connect(ingress.port, "127.0.0.1");
      // The ingress hangs up on some while they still send.
      socket.on("error", () => undefined);
      for (const bytes of said) socket.write(bytes);
      callers.push(socket);
      return socket;
    },
    async close() {
      for (const socket of callers) socket.destroy();
      await ingress.close();
      app.closeAllConnections();
      app.close();
    },
  };
}

/** The head of a request, with everything a webhook needs where one is asked for. */
export function head(path: string, more: Record<string, string>, method = "POST"): string {
  const webhook = path.startsWith("/webhooks/") ? signed("orders/updated", "a.myshopify.com", { id: 1 }) : {};
  const headers = { host: "door", ...(webhook.headers as Record<string, string> | undefined), ...more };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n`;
}

/** All that was said to the caller until the connection was closed. */
export async function heard(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  // The end that the ingress has said is ours to answer.
  socket.on("end", () => socket.end());
  if (!socket.closed) await new Promise((resolve) => socket.once("close", resolve));
  return Buffer.concat(chunks).toString();
}
