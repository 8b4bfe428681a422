// The segment table of an address as a file.
import type { LoaderFunctionArgs } from "@remix-run/node";
import { orRefuse } from "../http/respond.server.ts";
import { fileOf } from "../page.server.ts";
import { noteAccess } from "../privacy/access.server.ts";
import { readQuery } from "../reports/address.ts";
import { segmentsCsv } from "../reports/files/segment-report.server.ts";
import { TABLE_FILE } from "../reports/parameters.ts";
import { authenticate } from "../shopify.server.ts";

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  return orRefuse(async () => {
    const file = await fileOf(request, session.shop, TABLE_FILE, (shop, params) => {
      // A page says what it shows instead of what it cannot read; a file cannot.
      readQuery(params, shop);
      return segmentsCsv(shop, params);
    });
    const what = new URL(request.url).searchParams.get("segmentation") ?? "";
    await noteAccess(request, { shop: session.shop, kind: "segments_file", what });
    return file;
  });
}
