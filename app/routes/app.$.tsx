// An address inside the app that no page has.
import type { LoaderFunctionArgs } from "@remix-run/node";
import { authenticate } from "../shopify.server.ts";

export async function loader({ request }: LoaderFunctionArgs) {
  await authenticate.admin(request);
  throw Response.json({ message: "No page of the app has this address." }, { status: 404 });
}

export default function NoPage() {
  return null;
}
