// Who a request is counted against, and the one way in which an address may be written.
import type { IncomingMessage } from "node:http";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pathOf } from "../../../app/webhooks/ingress/addresses.ts";
import { callerAt, callerOf, placesEach } from "../../../app/webhooks/ingress/callers.ts";

const from = (peer: string, forwarded?: string) =>
  ({
    headers: forwarded === undefined ? {} : { "x-forwarded-for": forwarded },
    socket: { remoteAddress: peer },
  }) as unknown as IncomingMessage;

describe("a caller", () => {
  it.each([
    "127.0.0.1",
    "::1",
    "10.0.0.7",
    "172.17.0.1",
    "fd00::7",
    "fe80::1",
    "100.64.0.9",
    "::ffff:10.0.0.7",
  ])("next door speaks for many, and is counted as nobody: %s", (peer) => expect(callerAt(peer)).toBeNull());

  it("without declared proxies is who holds the connection, whatever it says of itself", () => {
    expect(callerOf(from("203.0.113.7", "198.51.100.1"), 0)).toBe("203.0.113.7");
    expect(callerOf(from("10.0.0.7", "198.51.100.1"), 0)).toBeNull();
  });

  it("is whom the outermost declared proxy heard: what stands left of that may be made up", () => {
    expect(callerOf(from("10.0.0.7", "1.1.1.1, 203.0.113.7"), 1)).toBe("203.0.113.7");
    expect(callerOf(from("10.0.0.7", "1.1.1.1, 203.0.113.7, 10.0.0.3"), 2)).toBe("203.0.113.7");
    expect(callerOf(from("10.0.0.7", "203.0.113.7"), 2)).toBe("203.0.113.7");
    expect(callerOf(from("10.0.0.7", "203.0.113.7:5123"), 1)).toBe("203.0.113.7");
    expect(callerOf(from("10.0.0.7", "::ffff:203.0.113.7"), 1)).toBe("203.0.113.7");
    expect(callerOf(from("198.51.100.9", "unknown"), 1)).toBe("198.51.100.9");
    expect(callerOf(from("10.0.0.7"), 1)).toBeNull();
  });

  it("with IPv6 is the network that a provider gives away as one", () => {
    const [one, same, other] = ["2001:db8:1:2::7", "[2001:db8:1:2:ffff::8]:443", "2001:db8:1:3::7"].map(
      (address) => callerOf(from("10.0.0.7", address), 1),
    );
    expect(one).toBe(same);
    expect(one).not.toBe(other);
  });

  it("has so many places, gets back those it leaves, and takes none from others", () => {
    const take = placesEach(2);
    const first = take("a");
    expect(take("a")).not.toBeNull();
    expect(take("a")).toBeNull();
    expect(take("b")).not.toBeNull();
    expect(take(null)).not.toBeNull();
    first?.();
    first?.();
    expect(take("a")).not.toBeNull();
    expect(take("a")).toBeNull();
  });
});

describe("an address", () => {
  it.each([
    "/",
    "/app",
    "/app/data.data?x=//%77",
    "/app/segments/channel/Point%20of%20sale%2Fshop%E2%80%AE",
    "/app/segments/channel/%c3%28",
    "/api/%zz",
    "/assets/Page-B1x_Z~.js",
    "/__manifest",
    "/webhooks/orders",
    "/webhooks/app/scopes_update",
    "/healthz",
  ])("that is in its normal form is read: %s", (url) => expect(pathOf(url)).toBe(url.split("?")[0]));

  it.each([
    "/WEBHOOKS/orders",
    "/webhooks/Orders",
    "/webhooks/orders/",
    "/%77ebhooks/orders",
    "/%57EBHOOKS/orders",
    "//webhooks/orders",
    "/app//data",
    "/app/../webhooks/orders",
    "/app/%2e%2E/webhooks/orders",
    "/./webhooks/orders",
    "/webhooks\\orders",
    "/App",
    "/HEALTHZ",
    "/app/segments/channel/%41",
    "/app#part",
    "http://elsewhere/app",
    "*",
    "",
    undefined,
  ])("that is written otherwise is none: %s", (url) => expect(pathOf(url)).toBeNull());

  it("and a caller's name are read or refused, whatever stands there", () => {
    const piece = fc.constantFrom(
      "::",
      ":",
      "[",
      "]",
      ".",
      "..",
      "%",
      "%2e",
      "%eth0",
      "//",
      "1",
      "0x7f",
      "ffff",
      ",",
      " ",
      "\\",
    );
    const odd = fc.oneof(
      fc.string({ unit: "binary-ascii" }),
      fc.array(piece, { maxLength: 9 }).map((all) => all.join("")),
    );
    fc.assert(
      fc.property(odd, odd, fc.nat(3), (text, peer, proxies) => {
        const path = pathOf(`/${text}`);
        if (path !== null) expect(pathOf(path)).toBe(path);
        callerOf(from(peer, text), proxies);
      }),
      { numRuns: 2000 },
    );
  });
});
