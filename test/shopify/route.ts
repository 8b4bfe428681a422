// The way from this process to the simulated Shopify, as preload.mjs makes it for a process of its own.

/** Calls of the app to a shop go to the simulator at `url`, until the answer is called. */
export function routeToSimulator(url: string): () => void {
  const real = globalThis.fetch;
  globalThis.fetch = (input, init) => {
    const asked = new URL(input instanceof Request ? input.url : input);
    if (!asked.hostname.endsWith(".myshopify.com")) return real(input, init);
    const headers = new Headers(init?.headers);
    headers.set("x-sim-shop", asked.hostname);
    return real(new URL(asked.pathname + asked.search, url), { ...init, headers });
  };
  return () => {
    globalThis.fetch = real;
  };
}
