// What stands around every report: the page's head, notices, the state of the copy, and the bar of choices above its figures.
import { BlockStack, Page, type PageProps } from "@shopify/polaris";
import type { ReactNode } from "react";
import type { SyncStatusView } from "../../reports/sync-status.server.ts";
import type { ToolbarView } from "../../reports/toolbar.ts";
import { BannerSlot } from "../bits/banner-slot.tsx";
import { Busy } from "../bits/busy.tsx";
import { SaveView } from "../bits/save-view.tsx";
import { SyncStatus } from "../bits/sync-status.tsx";
import { Toolbar } from "../bits/toolbar.tsx";
import { useSyncStatus } from "../bits/use-sync-status.ts";

/** What every report's page is handed beside its view (page.server.ts). */
export interface Framed<View> {
  locale: string;
  /** The shop and the clock of its days. */
  where: string;
  status: SyncStatusView;
  /** Since when the figures are, while nothing can be reached. */
  offline: Date | null;
  /** Keys of notices that were put away. */
  dismissed: readonly string[];
  view: View;
}

export function ReportPage({
  framed: { locale, where, status: initial, offline, dismissed, view },
  children,
  above,
  primaryAction,
  ...page
}: {
  framed: Framed<{ notices: readonly string[]; toolbar: ToolbarView | null }>;
  /** Between the status and the bar. */
  above?: ReactNode;
  primaryAction?: ReactNode;
  children: ReactNode;
} & Pick<PageProps, "title" | "subtitle" | "backAction">) {
  const status = useSyncStatus(initial, locale);
  return (
    <Page
      {...page}
      primaryAction={
        <div className="page-actions">
          {view.toolbar === null ? null : <SaveView />}
          {primaryAction}
        </div>
      }
    >
      <BlockStack gap="400">
        <BannerSlot notices={status.notices} address={view.notices} dismissed={dismissed} />
        <SyncStatus status={status} offline={offline} />
        {above}
        {view.toolbar === null ? null : <Toolbar toolbar={view.toolbar} where={where} />}
        <Busy>
          <BlockStack gap="400">{children}</BlockStack>
        </Busy>
      </BlockStack>
    </Page>
  );
}
