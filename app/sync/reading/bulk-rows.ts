// The file of a bulk operation on its way to the warehouse: its rows on disk by kind, and whole.
import path from "node:path";
import { ApiUnavailable, BrokenFile } from "../../errors.ts";
import { failure } from "../../failure.ts";
import type { BulkOperation } from "../../shopify/bulk.ts";
import type { ReadContext } from "../../shopify/context.ts";
import { download } from "../../shopify/download.ts";
import { RowSorter } from "../../warehouse/row-sorter.ts";
import type { SortedRows } from "../../warehouse/warehouse.server.ts";
import type { Resource } from "../resources/resource.ts";

/**
 * Brings the operation's file to disk, its rows by kind, and checks that it is whole: as many lines as Shopify counted.
 * @returns null when the operation found nothing
 * @throws LinkDead, ApiUnavailable, DiskFull, BrokenFile
 */
export async function downloadBulk(
  context: Pick<ReadContext, "shop" | "directory" | "signal" | "wait">,
  { id, url, objectCount, fileSize }: BulkOperation,
  { stages }: Pick<Resource, "stages">,
): Promise<SortedRows | null> {
  if (url === null) {
    const { shop } = context;
    if (objectCount > 0)
      throw new ApiUnavailable(
        shop,
        `${id} has ${objectCount} rows but no file`,
        failure("unanswered_no_file", { shop, operation: id, rows: `${objectCount}` }),
      );
    return null;
  }
  const base = path.join(context.directory, crypto.randomUUID());
  const { rows, lines } = await download(
    context,
    { url, bytes: fileSize },
    () => new RowSorter(base, stages),
  );
  if (lines !== objectCount)
    throw new BrokenFile(`${base}.jsonl`, {
      detail: `holds ${lines} rows where Shopify counted ${objectCount}`,
      told: (file) => failure("file_miscounted", { file, lines: `${lines}`, rows: `${objectCount}` }),
    });
  return rows;
}
