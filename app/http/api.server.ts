// What every address under /api does alike: it answers scripts of other origins, as Shopify's extensions are, and says
// whatever goes wrong as JSON. It needs no cookie, so that an origin alone opens nothing: the session token does.
import { asJson } from "./respond.server.ts";

export const API_METHODS = "GET, HEAD, OPTIONS";

export const CORS: Readonly<Record<string, string>> = {
  "Access-Control-Allow-Origin": "*",
  // Without the first App Bridge cannot know that it must send a fresh token.
  "Access-Control-Expose-Headers":
    "X-Shopify-Retry-Invalid-Session-Request, X-Shopify-API-Request-Failure-Reauthorize-Url, Retry-After",
};

const PREFLIGHT: Readonly<Record<string, string>> = {
  ...CORS,
  "Access-Control-Allow-Methods": API_METHODS,
  "Access-Control-Allow-Headers": "Authorization, Content-Type",
  "Access-Control-Max-Age": "7200",
  Allow: API_METHODS,
};

export function notAllowed(method: string): {
  status: number;
  body: { error: string };
  headers: Record<string, string>;
} {
  return {
    status: 405,
    body: { error: `${method} is not possible here.` },
    headers: { ...CORS, Allow: API_METHODS, "Cache-Control": "no-store" },
  };
}

interface Asked {
  request: Request;
}

/** A route's `loader` and `action`. */
export function apiRoute(answer: (request: Request) => Promise<unknown>) {
  return {
    loader: async ({ request }: Asked): Promise<Response> => {
      // Browsers ask beforehand, and without the token.
      if (request.method === "OPTIONS") return new Response(null, { status: 204, headers: PREFLIGHT });
      const answered = await asJson(() => answer(request));
      for (const [name, value] of Object.entries(CORS)) answered.headers.set(name, value);
      return answered;
    },
    action: async ({ request }: Asked): Promise<Response> => {
      const { status, body, headers } = notAllowed(request.method);
      return Response.json(body, { status, headers });
    },
  };
}
