// The ingress, as the app's process sees it. It is a process of its own, because Shopify hangs up on a webhook after seconds
// and a page being rendered would keep it waiting; and no thread, because only a process has its own collector and session.
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { countRefused, countRequest } from "../../metrics/requests.server.ts";
import { webhookGroups } from "../topics.ts";
import type { FromIngress, IngressOptions, ToIngress } from "./messages.ts";

/** Helpers of a small heap's collector wait for a core longer than they help. */
const GC_ALONE = ["--single-threaded-gc", "--v8-pool-size=0"];

export interface Ingress {
  port: number;
  /** Rejects when the ingress's process ends by itself. */
  failed: Promise<never>;
  /** Takes no further connections; what is under way goes on. */
  leave(): void;
  /** Closes the connections that are left, once the webhooks among them are kept. */
  close(): Promise<void>;
}

/** Resolves once it listens; an address that is in use rejects with the system's error code. */
export async function openIngress(options: IngressOptions): Promise<Ingress> {
  const program = fileURLToPath(new URL("ingress-process.ts", import.meta.url));
  // In a session of its own it shares the cores with this process as with a stranger, and hears no signal meant for it.
  const child = fork(program, [JSON.stringify(options)], { execArgv: GC_ALONE, detached: true });
  const ended = once(child, "exit").catch(() => undefined);
  const tell = (message: ToIngress) => child.connected && child.send(message);
  let closing = false;
  const failed = new Promise<never>((_, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      if (!closing) reject(new Error(`The ingress process ended by itself: ${signal ?? code}.`));
    });
  });
  failed.catch(() => undefined);
  const listening = new Promise<number>((resolve, reject) => {
    child.on("message", (message: FromIngress) => {
      if (message.kind === "answered")
        for (const request of message.requests) countRequest(request, webhookGroups);
      if (message.kind === "refused") countRefused(message.reasons);
      if (message.kind === "listening") resolve(message.port);
      if (message.kind === "failed")
        reject(Object.assign(new Error(message.message), { code: message.code }));
    });
  });
  const close = async () => {
    closing = true;
    tell("end");
    await ended;
  };
  try {
    const port = await Promise.race([listening, failed]);
    return { port, failed, leave: () => void tell("leave"), close };
  } catch (error) {
    closing = true;
    child.kill("SIGKILL");
    throw error;
  }
}
