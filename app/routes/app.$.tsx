// An address inside the app that no page has.
import type { LoaderFunctionArgs } from "@remix-run/node";
import { readLocale } from "../reports/wording.server.ts";
import { authenticate } from "../shopify.server.ts";
import { say } from "../words/words.server.ts";

export async function loader({ request }: LoaderFunctionArgs) {
  await authenticate.admin(request);
  const locale = readLocale(new URL(request.url).searchParams.get("locale"));
  throw Response.json({ message: say({ locale }, "answers.noPage") }, { status: 404 });
}

export default function NoPage() {
  return null;
}
