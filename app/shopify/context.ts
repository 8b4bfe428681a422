// What reading from a shop's Admin API needs beside the documents, so that a test can put its own clock, pace and places in.
import type { Admin } from "./admin-api.ts";

export interface ReadContext {
  shop: string;
  admin: Admin;
  /** Downloads on their way into the warehouse; emptied before and after use. */
  directory: string;
  now: () => Date;
  /** Rejects when the process stops. */
  wait: (milliseconds: number) => Promise<void>;
  signal?: AbortSignal | undefined;
  /** Called between the steps of a reading that takes long: the shop's other jobs wait for it, webhooks among them. */
  meanwhile?: () => Promise<unknown>;
}
