// What a shop can do to take the machine from its neighbours: flood, ask and leave, ask for files and not read them, and have a
// file full of noise.
import { createHmac } from "node:crypto";
import { open, stat } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import path from "node:path";
import { Temporal } from "temporal-polyfill";
import { namespaceOf } from "../../app/warehouse/namespace.ts";
import { API_SECRET, type Stack } from "../tools/demo/stack.ts";
import { head } from "../engine/ingress/door.ts";
import { signed } from "../engine/routes/intake.ts";
import type { Shop } from "../shopify/shop.ts";

/** A shop as whoever sends in its name needs it. */
export interface Sender {
  appServer: string;
  domain: string;
  timeZone: string;
  token: (ttlSeconds?: number) => string;
}

export const senderOf = (stack: Stack, { domain, timeZone }: Shop): Sender => ({
  ...{ appServer: stack.appServer, domain, timeZone },
  token: (ttlSeconds) => stack.shopify.sessionToken(domain, ttlSeconds === undefined ? {} : { ttlSeconds }),
});

export function webhookOf({ appServer, domain }: Sender, body: object): Promise<Response> {
  const init = signed("orders/updated", domain, body);
  const hmac = createHmac("sha256", API_SECRET)
    .update(init.body as string)
    .digest("base64");
  const headers = { ...(init.headers as Record<string, string>), "x-shopify-hmac-sha256": hmac };
  return fetch(`${appServer}/webhooks/orders`, { ...init, headers });
}

/** Each number of days is another question. */
export function askOf(
  { appServer, timeZone, token }: Sender,
  days: number,
  signal?: AbortSignal,
): Promise<Response> {
  const to = Temporal.Now.plainDateISO(timeZone);
  const question = new URLSearchParams({
    segmentation: "rfm",
    kpis: "orders,net_sales",
    from: to.subtract({ days }).toString(),
    to: to.toString(),
  });
  return fetch(`${appServer}/api/kpis?${question}`, {
    headers: { authorization: `Bearer ${token()}` },
    signal: signal ?? null,
  });
}

export class Hostility {
  private readonly sender: Sender;
  private readonly sockets: Socket[] = [];

  constructor(sender: Sender) {
    this.sender = sender;
  }

  /** Webhooks of orders that are none and of ids that nobody can have. Answers their statuses. */
  flood(webhooks: number): Promise<number[]> {
    const sent = Array.from({ length: webhooks }, (_, n) =>
      webhookOf(this.sender, { id: n % 3 === 0 ? "123456789012345678" : 9_000_000 + n }),
    );
    return Promise.all(sent.map(async (answer) => (await answer).status));
  }

  /** Questions whose askers are gone before they are answered. */
  async abandon(questions: number): Promise<void> {
    const asked = Array.from({ length: questions }, async (_, n) => {
      const leaving = new AbortController();
      const answer = askOf(this.sender, 1 + (n % 700), leaving.signal);
      setImmediate(() => leaving.abort());
      await answer.then(
        ({ body }) => body?.cancel(),
        () => undefined,
      );
    });
    await Promise.all(asked);
  }

  /** Files of all customers, of which nobody reads a byte. */
  neverRead(files: number): void {
    for (let file = 0; file < files; file += 1) {
      const socket = connect(Number(new URL(this.sender.appServer).port), "127.0.0.1");
      socket.on("error", () => undefined);
      socket.pause();
      const authorization = `Bearer ${this.sender.token()}`;
      socket.write(head("/app/export/members.csv?segmentation=country", { authorization }, "GET"));
      this.sockets.push(socket);
    }
  }

  end(): void {
    for (const socket of this.sockets) socket.destroy();
  }
}

/** The shop's file keeps its head and gets noise for the rest. */
export async function breakCopy(dataDir: string, { domain }: Shop): Promise<void> {
  const copy = path.join(dataDir, "warehouse", `${namespaceOf(domain)}.duckdb`);
  const { size } = await stat(copy);
  const file = await open(copy, "r+");
  await file.write(Buffer.alloc(size - 16_384, 0xa5), 0, undefined, 12_288);
  await file.close();
}
