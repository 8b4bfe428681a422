// How much anybody may ask of the ingress at once and how long they may take, in figures that a test may make smaller. None is
// near to what a browser or Shopify needs.
import { z } from "zod";

const figure = (value: number) => z.int().min(1).default(value);

export const limits = z.object({
  headersWithinMs: figure(10_000),
  bodyWithinMs: figure(10_000),
  /** Headers and body. */
  requestWithinMs: figure(15_000),
  /** How often Node looks for those that are late. */
  lookEveryMs: figure(1_000),
  /** Without a byte taken by a caller to whom some are owed, or without a request on an open connection. */
  stalledAfterMs: figure(30_000),
  /** The same of a caller in a lane that is full: somebody on a slow line takes a part more often. */
  givesWayAfterMs: figure(3_000),

  /** Bodies on their way, of pages and of webhooks each: at most as many times 10 kB and 16 kB. */
  bodiesAtOnce: figure(1_000),
  /** The same of what must not be missed: a compliance webhook may have a megabyte. */
  dutyBodiesAtOnce: figure(32),
  /** Webhooks between their last byte and their answer: of records, and of what must not be missed. */
  webhooksAtOnce: figure(1_000),
  dutiesAtOnce: figure(64),
  /**
   * Passed on to the app at once, by lane: what comes when one is full is sent away, and the others stay free. Pages and
   * questions of shops and those of nobody known have so many each.
   */
  pagesAtOnce: figure(200),
  /** Of these, of one shop. */
  pagesOfShop: figure(40),
  /** In the long run, and after quiet at once: a page that is opened asks for some five. */
  shopPerSecond: figure(30),
  shopBurst: figure(200),
  signedAtOnce: figure(64),
  healthAtOnce: figure(32),

  connectionsEach: figure(20),
  requestsEach: figure(50),
  requestsPerConnection: figure(1_000),
});
export type Limits = z.infer<typeof limits>;
