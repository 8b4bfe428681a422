// Who asks, as far as it can be known, and how much each has under way. A network's own addresses are told apart from
// the world's: whoever has one is a proxy that was not declared, or a monitor, and speaks for many.
import type { IncomingMessage } from "node:http";
import ipaddr from "ipaddr.js";
import { log } from "../../log.server.ts";

/** Of the peer's address, or of one that a proxy wrote down: null where it is none. */
function parsed(text: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  const bare = /^\[(.*)\](?::\d+)?$|^([\d.]+):\d+$/.exec(text);
  const address = bare?.[1] ?? bare?.[2] ?? text;
  return ipaddr.isValid(address) ? ipaddr.process(address) : null;
}

/** A provider gives a customer 64 bits of IPv6 at least. */
const nameOf = (address: ipaddr.IPv4 | ipaddr.IPv6): string =>
  "parts" in address ? address.parts.slice(0, 4).join(":") : address.toString();

const NEIGHBOURS = new Set(["loopback", "linkLocal", "private", "uniqueLocal", "carrierGradeNat"]);

/** Null: a neighbour's. */
export function callerAt(peer: string | undefined): string | null {
  const address = parsed(peer ?? "");
  return address === null || NEIGHBOURS.has(address.range()) ? null : nameOf(address);
}

/**
 * Each proxy writes whom it hears at the right of X-Forwarded-For; what stands left of the declared ones' entries may be
 * made up by the caller. Null: nobody in particular.
 */
export function callerOf({ headers, socket }: IncomingMessage, proxies: number): string | null {
  if (proxies > 0) {
    const heard = [headers["x-forwarded-for"] ?? []].flat().join(",").split(",");
    const address = parsed((heard.at(-proxies) ?? heard[0] ?? "").trim());
    if (address !== null) return nameOf(address);
  }
  return callerAt(socket.remoteAddress);
}

let told = false;

/** A neighbour who says for whom it asks is a proxy that was not declared. */
export function tellOfProxy({ headers }: IncomingMessage, caller: string | null, proxies: number): void {
  if (told || proxies > 0 || caller !== null || headers["x-forwarded-for"] === undefined) return;
  told = true;
  log.warn("a proxy stands before the app: set TRUSTED_PROXIES, so that limits by address can hold");
}

/** Places of which everybody has so many: what is taken is given back by calling it, null where none is left. */
export function placesEach(places: number): (caller: string | null) => (() => void) | null {
  const taken = new Map<string, number>();
  return (caller) => {
    if (caller === null) return () => undefined;
    const now = taken.get(caller) ?? 0;
    if (now >= places) return null;
    taken.set(caller, now + 1);
    let back = false;
    return () => {
      if (back) return;
      back = true;
      const left = (taken.get(caller) ?? 0) - 1;
      if (left > 0) taken.set(caller, left);
      else taken.delete(caller);
    };
  };
}
