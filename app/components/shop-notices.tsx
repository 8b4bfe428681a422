// What has changed about the shop itself, above whatever a page shows.
import { Banner } from "@shopify/polaris";
import type { ShopNotice } from "../reports/shop-notices.ts";

export function ShopNotices({ notices }: { notices: readonly ShopNotice[] }) {
  return notices.map(({ id, tone, title, text }) => (
    <Banner key={id} tone={tone} title={title}>
      <p>{text}</p>
    </Banner>
  ));
}
