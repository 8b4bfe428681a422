// The list of everything, without a bulk operation: of each node only what tells whether the copy has it as Shopify does.
import type { SyncContext } from "../context.ts";
import { listAll, readByIds } from "../../shopify/paged.ts";
import type { Resource } from "./resource.ts";

/** Into files of the context's directory: for small shops, and when bulk fails. */
export async function readListing(
  context: SyncContext,
  listing: Resource,
  scopes: ReadonlySet<string>,
): Promise<{ files: string[]; listedAt: string }> {
  const listedAt = context.now().toISOString();
  const files: string[] = [];
  const seen = new Set<string>();
  for await (const page of listAll(context.admin, listing, "")) {
    const ids = page.map((node) => node.id).filter((id) => !seen.has(id));
    for (const id of ids) seen.add(id);
    const { file } = await readByIds(context, listing, scopes, ids);
    if (file !== null) files.push(file);
    await context.meanwhile?.();
  }
  return { files, listedAt };
}
