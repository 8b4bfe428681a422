// The one way in which an address may be written. Routes below read /WEBHOOKS, /%77ebhooks and //webhooks as the same, and what
// is decided here by the path must hold for them, too.

/** Of an address in its normal form, the path; null for any other. Characters that must be escaped are the app's to read. */
export function pathOf(url: string | undefined): string | null {
  const path = url?.split("?")[0] ?? "";
  if (!path.startsWith("/") || path.includes("//")) return null;
  // Takes out dots, turns backslashes round and escapes what may not stand there.
  if (!URL.canParse(path, "http://ingress") || new URL(path, "http://ingress").pathname !== path) return null;
  if (ESCAPED_FOR_NOTHING.test(path)) return null;
  const [, first = ""] = path.split("/");
  const told = first === "webhooks" ? path : first;
  if (told !== told.toLowerCase() || (first === "webhooks" && path.endsWith("/"))) return null;
  return path;
}

/** Letters, digits, "-", ".", "_" and "~" (RFC 3986, 6.2.2.2). */
const ESCAPED_FOR_NOTHING = /%(?:2[de]|3\d|4[1-9a-f]|5[0-9af]|6[1-9a-f]|7[0-9ae])/i;

const HEALTH = new Set(["/healthz", "/readyz", "/metrics"]);

export type Kind = "webhook" | "health" | "page";

export function kindOf(path: string): Kind {
  if (path.startsWith("/webhooks/")) return "webhook";
  return HEALTH.has(path) ? "health" : "page";
}
