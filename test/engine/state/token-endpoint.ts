// Shopify's token endpoint for one app, on loopback: answers refreshes, counts them, and can be told to fail or to wait.
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export interface Answer {
  status: number;
  body: unknown;
}

export interface TokenEndpoint {
  url: string;
  /** The body of every request so far. */
  asked: Record<string, unknown>[];
  /** What to answer from now on; a new pair of tokens by default. */
  answer: () => Answer | Promise<Answer>;
  renewed: () => Answer;
  stop(): Promise<void>;
}

export async function startTokenEndpoint(): Promise<TokenEndpoint> {
  let issued = 0;
  const renewed = (): Answer => {
    issued += 1;
    return {
      status: 200,
      body: {
        access_token: `access ${issued}`,
        scope: "read_customers,read_orders",
        expires_in: 3600,
        refresh_token: `refresh ${issued}`,
        refresh_token_expires_in: 7_776_000,
      },
    };
  };
  const server = createServer((request, response) => {
    void (async () => {
      endpoint.asked.push(JSON.parse(await text(request)) as Record<string, unknown>);
      const { status, body } = await endpoint.answer();
      response.writeHead(status, { "content-type": "application/json" });
      response.end(typeof body === "string" ? body : JSON.stringify(body));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint: TokenEndpoint = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    answer: renewed,
    renewed,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return endpoint;
}

async function text(request: IncomingMessage): Promise<string> {
  let whole = "";
  for await (const chunk of request) whole += String(chunk);
  return whole;
}

/** Sends this process's requests to shops to the endpoint; returns how to undo that. */
export function routeShopsTo(url: string): () => void {
  const real = globalThis.fetch;
  globalThis.fetch = (input, init) => {
    const asked = new URL(input instanceof Request ? input.url : input);
    if (!asked.hostname.endsWith(".myshopify.com")) return real(input, init);
    return real(`${url}${asked.pathname}`, init);
  };
  return () => {
    globalThis.fetch = real;
  };
}
