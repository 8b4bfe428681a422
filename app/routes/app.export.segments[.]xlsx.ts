// The segment table of an address as a workbook.
import type { LoaderFunctionArgs } from "@remix-run/node";
import { orRefuse } from "../http/respond.server.ts";
import { fileOf } from "../page.server.ts";
import { noteAccess } from "../privacy/access.server.ts";
import { readQuery } from "../reports/address.ts";
import { segmentsWorkbook } from "../reports/files/segment-report.server.ts";
import { WORKBOOK } from "../reports/parameters.ts";
import { authenticate } from "../shopify.server.ts";

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  return orRefuse(async () => {
    const file = await fileOf(request, session.shop, WORKBOOK, (shop, params) => {
      // A page says what it shows instead of what it cannot read; a file cannot.
      readQuery(params, shop);
      return segmentsWorkbook(shop, params);
    });
    const what = new URL(request.url).searchParams.get("segmentation") ?? "";
    await noteAccess(request, { shop: session.shop, kind: "segments_file", what });
    return file;
  });
}
