// The receipt of a figure: a workbook that works it out anew from its rows.
import type { LoaderFunctionArgs } from "@remix-run/node";
import { orRefuse } from "../http/respond.server.ts";
import { fileOf } from "../page.server.ts";
import { noteAccess } from "../privacy/access.server.ts";
import { receiptWorkbook } from "../reports/files/receipt.server.ts";
import { RECEIPT } from "../reports/parameters.ts";
import { authenticate } from "../shopify.server.ts";

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  return orRefuse(async () => {
    const file = await fileOf(request, session.shop, RECEIPT, receiptWorkbook);
    const asked = new URL(request.url).searchParams;
    const what = ["kpi", "segmentation", "segment"].map((name) => asked.get(name) ?? "").join(" ");
    await noteAccess(request, { shop: session.shop, kind: "rows_file", what: what.trim() });
    return file;
  });
}
