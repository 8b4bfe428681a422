// What must be true when a chaos run has calmed down: no webhook is missing that nothing makes good for, the app leaves in order,
// and its copy is what a fresh sync gives.
import path from "node:path";
import { openWarehouse } from "../../../app/warehouse/warehouse.server.ts";
import type { SimulatedShopify } from "../../shopify/server.ts";
import type { AppProcess } from "./app-process.ts";
import { compare, syncAfresh } from "./compare.ts";
import { SEEN_BY_FULL_CHECK, TOLD_ONCE } from "./full-check.ts";
import type { ChaosOptions, ChaosReport } from "./plan.ts";

/** Throws when a webhook never arrived for which nothing made good, or the app does not leave in order. */
export async function proofOf(
  options: ChaosOptions,
  shop: string,
  shopify: SimulatedShopify,
  app: AppProcess,
): Promise<Pick<ChaosReport, "injected" | "deliveries" | "peakMb" | "comparison">> {
  const { engine, directory, warehouseUrls } = options;
  const { deliveries } = shopify.webhooks;
  const state = (name: string) => deliveries.filter((delivery) => delivery.state === name).length;
  const unseen = deliveries.filter(
    ({ state, topic }) =>
      (state === "failed" || state === "lost") &&
      (TOLD_ONCE.includes(topic) || (!options.wholeCheck && SEEN_BY_FULL_CHECK.includes(topic))),
  );
  if (unseen.length > 0)
    throw new Error(
      `${unseen.length} webhooks never arrived that only the full check could make good for: ` +
        JSON.stringify(unseen.slice(0, 5).map(({ topic, state, attempts }) => ({ topic, state, attempts }))),
    );
  options.say?.("swept");
  const peakMb = app.peakMb();
  const ended = await app.stop();
  if (ended !== "exit code 0") throw new Error(`The app did not leave in order: ${ended}`);

  const url = (index: 0 | 1) => (engine === "postgres" ? warehouseUrls[index] : undefined);
  const copy = await openWarehouse({ url: url(0), directory: path.join(directory, "data", "warehouse") });
  const fresh = await openWarehouse({ url: url(1), directory: path.join(directory, "fresh") });
  try {
    await syncAfresh(shop, fresh, path.join(directory, "downloads"), shopify.url);
    return {
      injected: shopify.faults.injected(),
      deliveries: {
        sent: deliveries.length,
        attempts: deliveries.reduce((sum, { attempts }) => sum + attempts.length, 0),
        lost: state("lost"),
        failed: state("failed"),
      },
      peakMb,
      comparison: await compare(copy, fresh, shop),
    };
  } finally {
    await copy.close();
    await fresh.close();
  }
}
