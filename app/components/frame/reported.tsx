// A report's route: its title in the admin, its page, and the page's state while there are no figures or no line.
import { BlockStack, Page } from "@shopify/polaris";
import { TitleBar } from "@shopify/app-bridge-react";
import type { ComponentType } from "react";
import { BannerSlot } from "../bits/banner-slot.tsx";
import { useOffline } from "../bits/offline.tsx";
import { SyncStatus } from "../bits/sync-status.tsx";
import { useSyncStatus } from "../bits/use-sync-status.ts";
import { NoFigures } from "./no-figures.tsx";
import type { Framed } from "./report-page.tsx";

/** `title`: of the page, which its figures may name. */
export function Reported<View>({
  data,
  title,
  page: Report,
}: {
  data: Omit<Framed<View | null>, "offline">;
  title: string;
  page: ComponentType<Framed<View>>;
}) {
  const offline = useOffline(data);
  const { view } = data;
  return (
    <>
      <TitleBar title={title} />
      {view === null ? (
        <Waiting {...data} offline={offline} title={title} />
      ) : (
        <Report {...data} view={view} offline={offline} />
      )}
    </>
  );
}

function Waiting({
  title,
  locale,
  status: initial,
  offline,
  dismissed,
}: Omit<Framed<null>, "view"> & { title: string }) {
  const status = useSyncStatus(initial, locale);
  return (
    <Page title={title}>
      <BlockStack gap="400">
        <BannerSlot notices={status.notices} dismissed={dismissed} />
        <SyncStatus status={status} offline={offline} />
        <NoFigures kind={status.kind} />
      </BlockStack>
    </Page>
  );
}
