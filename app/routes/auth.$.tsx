// Everything under /auth that the library itself answers: the page that fetches a new session token, and the way out of
// the frame.
import type { LoaderFunctionArgs } from "@remix-run/node";
import { authenticate } from "../shopify.server.ts";

export async function loader({ request }: LoaderFunctionArgs) {
  try {
    await authenticate.admin(request);
  } catch (error) {
    // The library throws an Error, which would be a 500, where the address to leave for is not the admin's or ours.
    if (error instanceof Response || !new URL(request.url).pathname.endsWith("/exit-iframe")) throw error;
    throw new Response("The app doesn't lead to that address.", { status: 400, statusText: "Bad Request" });
  }
  return null;
}
