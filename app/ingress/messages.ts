// What the ingress process and the app's tell each other.
import { z } from "zod";
import type { Answered } from "../metrics/answered.ts";

/** What the ingress is given at its start, as JSON. */
export const ingressOptions = z.object({
  host: z.string(),
  /** 0: any that is free. */
  port: z.int(),
  /** Of the loopback interface, where everything is answered that is not taken in here. */
  appPort: z.int(),
  /** Webhooks inside at once. */
  atOnce: z.object({ requests: z.int(), bytes: z.int() }).partial().optional(),
});
export type IngressOptions = z.infer<typeof ingressOptions>;

export type FromIngress =
  | { kind: "listening"; port: number }
  | { kind: "failed"; code: string | undefined; message: string }
  | { kind: "answered"; webhooks: Answered[] };

/** "leave": take no further connections. "end": close those that are left, and end. */
export type ToIngress = "leave" | "end";
