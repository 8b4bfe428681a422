// Node preload (`--import`): sends the app's calls to https://*.myshopify.com and https://admin.shopify.com to the
// simulated Shopify at SIM_SHOPIFY_URL, with the asked-for host in x-sim-shop. The app itself knows nothing of it.
const target = process.env.SIM_SHOPIFY_URL;
if (target) {
  const WRAPPED = Symbol.for("sim-shopify.fetch");
  const simulated = (host) => host.endsWith(".myshopify.com") || host === "admin.shopify.com";

  const wrap = (real) => {
    if (typeof real !== "function" || real[WRAPPED]) return real;
    const fetch = async (input, init) => {
      // Not instanceof Request: Remix brings its own undici, whose Request is another class.
      const request = typeof input === "object" && !(input instanceof URL) && "url" in input ? input : null;
      const asked = new URL(request ? request.url : String(input));
      if (!simulated(asked.hostname)) return real(input, init);
      const headers = new Headers(init?.headers ?? request?.headers);
      headers.set("x-sim-shop", asked.hostname);
      const url = new URL(asked.pathname + asked.search, target).href;
      if (!request) return real(url, { ...init, headers });
      const { method, body, signal, redirect } = request;
      // A streamed body must say that it is sent before the answer is read (duplex), a missing one must not be given.
      return real(url, {
        method,
        signal,
        redirect,
        ...(body ? { body, duplex: "half" } : {}),
        ...init,
        headers,
      });
    };
    return Object.defineProperty(fetch, WRAPPED, { value: true });
  };

  // Remix's installGlobals assigns globalThis.fetch after this file has run; an accessor wraps whatever is assigned.
  let current = wrap(globalThis.fetch);
  Object.defineProperty(globalThis, "fetch", {
    configurable: true,
    enumerable: true,
    get: () => current,
    set: (assigned) => {
      current = wrap(assigned);
    },
  });
}

// Started with an IPC channel by a parent that was killed: stop as if asked to, so that nothing is left behind.
if (process.channel) {
  process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
  process.channel.unref();
}
