// GET /api/sync: how far the copy of the shop is, as figures and, under `status`, in the words of a page.
import type { LoaderFunctionArgs } from "@remix-run/node";
import { syncStatusView } from "../reports/sync-status.server.ts";
import { readLocale } from "../reports/wording.server.ts";
import { asJson, tokenRequest } from "../respond.server.ts";
import { warehouse } from "../runtime.server.ts";
import { authenticate } from "../shopify.server.ts";
import { syncState } from "../sync/sync.server.ts";

export function loader({ request }: LoaderFunctionArgs) {
  return asJson(async () => {
    const { session } = await authenticate.admin(tokenRequest(request));
    const locale = readLocale(new URL(request.url).searchParams.get("locale"));
    const [state, meta] = await Promise.all([
      syncState(session.shop),
      warehouse().then((open) => open.meta(session.shop)),
    ]);
    return { ...state, status: syncStatusView(state, meta, { locale, now: new Date() }) };
  });
}
