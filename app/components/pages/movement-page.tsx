// Who moved between the groups of two days.
import { BlockStack, Card, Text } from "@shopify/polaris";
import type { MovementView } from "../../reports/movement.server.ts";
import { useWords } from "../bits/language.ts";
import { FlowPicture } from "../chart/flow-picture.tsx";
import { lostCustomers, NoCustomers } from "../frame/no-customers.tsx";
import { type Framed, ReportPage } from "../frame/report-page.tsx";
import { RetentionTabs } from "../frame/retention-tabs.tsx";
import { useAddress } from "../router.ts";
import { FlowList } from "../table/flow-list.tsx";
import { type Door, FlowsTable, GroupsTable, SquareTable } from "../table/flow-tables.tsx";
import { SegmentHistory } from "../table/segment-history.tsx";

/** More groups on a side are no picture. */
const MOST_DRAWN = 13;
const LIST = "customers";

export function MovementPage(framed: Framed<MovementView>) {
  const { view, status } = framed;
  const address = useAddress();
  const { say } = useWords();
  const door: Door = ({ was, becomes }) =>
    `${address.href({ was, becomes, sort: null, page: null })}#${LIST}`;
  const lost = lostCustomers(status);
  const told = view.missing === null;
  const isDrawn = Math.max(view.then.length, view.now.length) <= MOST_DRAWN;
  return (
    <ReportPage
      framed={framed}
      title={say("movementPage.title")}
      above={<RetentionTabs current="movement" />}
    >
      <Card padding={lost !== null && !told ? "0" : undefined}>
        {lost !== null && !told ? (
          <NoCustomers scopes={lost} more={null} />
        ) : (
          <BlockStack gap="300">
            <Text as="h2" variant="headingMd">
              {say("movementPage.moved")}
            </Text>
            {told ? null : <Text as="p">{view.missing}</Text>}
            {view.sentences.map((sentence, index) => (
              <Text key={sentence} as="p" fontWeight={index === 0 ? "semibold" : undefined}>
                {sentence}
              </Text>
            ))}
            {view.notes.map((note) => (
              <Text key={note} as="p" tone="subdued">
                {note}
              </Text>
            ))}
            {view.flows.length === 0 ? null : isDrawn ? (
              <>
                <FlowPicture picture={view} to={door} />
                <Text as="p" tone="subdued">
                  {say("movementPage.pictureHelp", { from: view.from, to: view.to })}
                </Text>
              </>
            ) : (
              <Text as="p" tone="subdued">
                {say("movementPage.tooMany")}
              </Text>
            )}
          </BlockStack>
        )}
      </Card>
      <div id={LIST} className="flow-list">
        {view.list === null ? null : (
          <Card padding="0">
            <FlowList list={view.list} />
          </Card>
        )}
      </div>
      {view.flows.length === 0 ? null : (
        <>
          <Card padding="0">
            <SquareTable view={view} door={door} />
          </Card>
          <Card padding="0">
            <GroupsTable view={view} door={door} />
          </Card>
          <Card padding="0">
            <FlowsTable view={view} door={door} />
          </Card>
        </>
      )}
      {told ? (
        <Card padding="0">
          <SegmentHistory sizes={view.history} monthly={view.monthly} kpi={view.kpi} />
        </Card>
      ) : null}
    </ReportPage>
  );
}
