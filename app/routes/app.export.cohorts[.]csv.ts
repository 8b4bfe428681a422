// The grid of cohorts of an address as a file.
import type { LoaderFunctionArgs } from "@remix-run/node";
import { orRefuse } from "../http/respond.server.ts";
import { fileOf } from "../page.server.ts";
import { noteAccess } from "../privacy/access.server.ts";
import { cohortsCsv } from "../reports/files/cohorts-file.server.ts";
import { COHORTS_FILE } from "../reports/parameters.ts";
import { authenticate } from "../shopify.server.ts";

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  return orRefuse(async () => {
    const file = await fileOf(request, session.shop, COHORTS_FILE, cohortsCsv);
    const what = `cohorts ${new URL(request.url).searchParams.get("kpi") ?? ""}`.trim();
    await noteAccess(request, { shop: session.shop, kind: "segments_file", what });
    return file;
  });
}
