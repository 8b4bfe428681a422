// What the ingress process and the app's tell each other.
import { z } from "zod";
import type { Answered } from "../../metrics/answered.ts";
import { limits } from "./limits.ts";

/** What the ingress is given at its start, as JSON. */
export const ingressOptions = z.object({
  host: z.string(),
  /** 0: any that is free. */
  port: z.int(),
  /** Of the loopback interface, where everything is answered that is not taken in here. */
  appPort: z.int(),
  /** Each of which writes whom it hears at the right of X-Forwarded-For. */
  proxies: z.int().default(0),
  limits: limits.prefault({}),
});
export type IngressOptions = z.input<typeof ingressOptions>;

export type FromIngress =
  | { kind: "listening"; port: number }
  | { kind: "failed"; code: string | undefined; message: string }
  | { kind: "answered"; requests: Answered[] }
  | { kind: "refused"; reasons: Record<string, number> };

/** "leave": take no further connections. "end": close those that are left, and end. */
export type ToIngress = "leave" | "end";
