// An app's end of the webhooks: checks the signature, remembers what came, and refuses when told to.
import { createHmac } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CLIENT } from "./world.ts";

export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  status: number;
}

export interface Receiver {
  readonly url: string;
  /** Path of the shopify.app.toml. */
  readonly toml: string;
  readonly received: Received[];
  /** The next so many are answered with 500. */
  refusals: number;
  forget(): void;
  stop(): Promise<void>;
}

export async function startReceiver(toml: string): Promise<Receiver> {
  const directory = await mkdtemp(join(tmpdir(), "sim-webhooks-"));
  await writeFile(join(directory, "shopify.app.toml"), toml);
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      const { headers, url = "" } = request;
      const hmac = createHmac("sha256", CLIENT.apiSecret).update(body).digest("base64");
      const status = headers["x-shopify-hmac-sha256"] !== hmac ? 401 : receiver.refusals > 0 ? 500 : 200;
      if (status === 500) receiver.refusals -= 1;
      receiver.received.push({ path: url, headers, body, status });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    toml: join(directory, "shopify.app.toml"),
    received: [],
    refusals: 0,
    forget() {
      receiver.received.length = 0;
      receiver.refusals = 0;
    },
    async stop() {
      server.close();
      server.closeAllConnections();
      await rm(directory, { recursive: true, force: true });
    },
  };
  return receiver;
}
