// The Data and trust page: the copy's state, its proof against Shopify, and the two things a merchant can do about it.
import { useAppBridge } from "@shopify/app-bridge-react";
import { Badge, Banner, BlockStack, Button, Card, InlineStack, Page, Text } from "@shopify/polaris";
import { useEffect } from "react";
import type { ChecksView } from "../reports/checks.server.ts";
import type { MonthsView } from "../reports/months.server.ts";
import type { SyncStatusView } from "../reports/sync-status.server.ts";
import type { Fact, ProofView, TrustView, UpkeepView } from "../reports/trust.server.ts";
import { AdminLink } from "./admin-link.tsx";
import { BannerSlot } from "./banner-slot.tsx";
import { DataTable } from "./data-table.tsx";
import { FactList } from "./fact-list.tsx";
import { GivenUp } from "./given-up.tsx";
import { MonthsTable } from "./months-table.tsx";
import { SyncStatus } from "./sync-status.tsx";
import { useAction, useAddress } from "./router.ts";
import { useSyncStatus } from "./use-sync-status.ts";

export interface DataPageProps {
  locale: string;
  status: SyncStatusView;
  /** Since when the figures are, while nothing can be reached. */
  offline: Date | null;
  /** Keys of notices that were put away. */
  dismissed: readonly string[];
  about: readonly Fact[];
  upkeep: UpkeepView;
  checks: ChecksView;
  trust: TrustView | null;
  months: MonthsView | null;
}

export function DataPage({
  locale,
  status: initial,
  offline,
  dismissed,
  about,
  upkeep,
  checks,
  trust,
  months,
}: DataPageProps) {
  const address = useAddress();
  const shopify = useAppBridge();
  const status = useSyncStatus(initial, locale);
  const { post, busy, answer } = useAction<{ message: string }>();
  useEffect(() => {
    if (answer) shopify.toast.show(answer.message);
  }, [answer, shopify]);

  // Shopify asks the merchant in a window of its own; the next check uses what was granted.
  const openReports = async () => {
    const { result } = await shopify.scopes.request(["read_reports"]);
    if (result === "granted-all") post({ intent: "check" });
  };
  const ready = status.kind === "complete" || status.kind === "sixty_days";

  return (
    <Page
      title="Data and trust"
      backAction={{ content: "Home", url: address.href({ sort: null }, "/app") }}
      primaryAction={{
        content: "Sync now",
        loading: busy || (status.running && status.kind === "complete"),
        disabled: status.kind === "waiting" || status.kind === "loading",
        onAction: () => post({ intent: "sync" }),
      }}
      secondaryActions={[
        {
          content: "Check now",
          loading: checks.running !== null,
          disabled: busy || !ready || checks.running !== null,
          helpText: "Holds every order and customer, and every month, against Shopify",
          onAction: () => post({ intent: "check" }),
        },
      ]}
    >
      <BlockStack gap="400">
        <BannerSlot notices={status.notices} dismissed={dismissed} />
        {upkeep.failedJobs.length > 0 && offline === null ? (
          <FailedJobs jobs={upkeep.failedJobs} busy={busy} retry={(job) => post({ intent: "retry", job })} />
        ) : (
          <SyncStatus status={status} offline={offline} locale={locale} />
        )}
        <Checks checks={checks} />
        {trust ? <Proof proof={trust.proof} /> : null}
        {months ? (
          <Card padding="0">
            <MonthsTable months={months} busy={busy} open={() => void openReports()} />
          </Card>
        ) : null}
        {trust ? (
          <Section title="The copy">
            <FactList facts={[...trust.copy, ...trust.tables]} />
          </Section>
        ) : null}
        {about.length > 0 ? (
          <Section title="The shop">
            <FactList facts={about} />
          </Section>
        ) : null}
        <Section title="How it is kept true">
          <FactList facts={upkeep.facts} />
        </Section>
        {upkeep.notifications.givenUp.length > 0 ? (
          <GivenUp
            {...upkeep.notifications}
            busy={busy}
            runAgain={(event) => post({ intent: "run_again", event })}
          />
        ) : null}
        {trust ? (
          <Section title="What is missing or counted apart">
            <FactList facts={trust.coverage} />
          </Section>
        ) : null}
      </BlockStack>
    </Page>
  );
}

function Section({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {title}
        </Text>
        {children}
      </BlockStack>
    </Card>
  );
}

const verdicts = {
  clean: { tone: "success", text: "Nothing wrong" },
  mended: { tone: "success", text: "Mended" },
  open: { tone: "attention", text: "Not all mended" },
} as const;

function Checks({ checks }: { checks: ChecksView }) {
  const verdict = checks.verdict && verdicts[checks.verdict];
  return (
    <Card>
      <BlockStack gap="300">
        <InlineStack gap="200" blockAlign="center">
          <Text as="h2" variant="headingMd">
            The whole copy against Shopify
          </Text>
          {verdict ? <Badge tone={verdict.tone}>{verdict.text}</Badge> : null}
        </InlineStack>
        <div>
          <div role="status">
            {checks.running === null ? null : (
              <Text as="p" tone="subdued" breakWord>
                {checks.running}
              </Text>
            )}
          </div>
          <FactList facts={checks.facts} />
        </div>
      </BlockStack>
    </Card>
  );
}

function FailedJobs({
  jobs,
  busy,
  retry,
}: {
  jobs: UpkeepView["failedJobs"];
  busy: boolean;
  retry: (job: string) => void;
}) {
  return (
    <Banner tone="critical" title={jobs.length === 1 ? "A job failed" : `${jobs.length} jobs failed`}>
      <BlockStack gap="300">
        {jobs.map((job) => (
          <InlineStack key={job.id} gap="300" align="space-between" blockAlign="center">
            <BlockStack>
              <Text as="p" fontWeight="semibold">
                {job.job}, {job.at}
              </Text>
              <Text as="p" breakWord>
                {job.error}
              </Text>
              <Text as="p" tone="subdued">
                {job.next}
              </Text>
            </BlockStack>
            <Button disabled={busy} onClick={() => retry(job.id)} accessibilityLabel={`Retry ${job.job}`}>
              Retry
            </Button>
          </InlineStack>
        ))}
      </BlockStack>
    </Banner>
  );
}

function Proof({ proof }: { proof: ProofView }) {
  return (
    <Card padding="0">
      <div className="card-head">
        <InlineStack gap="200" blockAlign="center">
          <Text as="h2" variant="headingMd">
            Order by order against Shopify
          </Text>
          <Badge tone={proof.agrees ? "success" : "attention"}>{proof.agrees ? "Agrees" : "Differs"}</Badge>
        </InlineStack>
        <Text as="p">{proof.sentence}</Text>
        {proof.more === null ? null : (
          <Text as="p" tone="subdued">
            {proof.more}
          </Text>
        )}
      </div>
      {proof.orders.length === 0 ? null : (
        <DataTable
          caption="Orders that differ from Shopify"
          tall
          heads={[
            { id: "order", label: "Order" },
            { id: "placed", label: "Placed" },
            { id: "placed_gap", label: "Difference when placed", numeric: true },
            { id: "ours", label: "Movements here", numeric: true },
            { id: "shopify", label: "Total in Shopify", numeric: true },
            { id: "gap", label: "Difference now", numeric: true },
          ]}
          rows={proof.orders.map((order) => ({
            id: String(order.id),
            head: <AdminLink to={`orders/${order.id}`}>{order.name}</AdminLink>,
            cells: [
              order.day,
              ...[order.placedGap, order.ours, order.shopify, order.gap].map((text, index) => (
                <span key={index} className="figure-value">
                  {text}
                </span>
              )),
            ],
          }))}
        />
      )}
    </Card>
  );
}
