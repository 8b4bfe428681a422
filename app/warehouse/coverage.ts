// What of a source is loaded: a source of which nobody has said anything was never read, or is not shown to the app.
import type { Coverage, ShopMeta } from "./contract.ts";

const NOTHING: Coverage = { state: "empty", from_day: null, fresh_at: null };

export const sourceCoverage = ({ coverage }: Pick<ShopMeta, "coverage">, source: string): Coverage =>
  coverage[source] ?? NOTHING;
