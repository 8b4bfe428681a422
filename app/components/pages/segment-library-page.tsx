// The library of segments: ways of grouping under their headings, each with its segments.
import { BlockStack, Button, Card, Text } from "@shopify/polaris";
import type { SegmentLibraryView, SegmentSizes } from "../../reports/segment-library.server.ts";
import { useWords } from "../bits/language.ts";
import { useAnswer } from "../bits/use-answer.ts";
import { lostCustomers, NoCustomers } from "../frame/no-customers.tsx";
import { type Framed, ReportPage } from "../frame/report-page.tsx";
import { Link, useAddress } from "../router.ts";

/** So many segments of a grouping are named. */
const SHOWN = 6;

type Group = SegmentLibraryView["groups"][number];
type Sizes = ReturnType<typeof useAnswer<SegmentSizes>>;

export function SegmentLibraryPage(framed: Framed<SegmentLibraryView>) {
  const { view } = framed;
  const { say } = useWords();
  const address = useAddress();
  const sizes = useAnswer<SegmentSizes>(view.sizes);
  const lost = lostCustomers(framed.status);
  const untold =
    sizes === null || sizes === "failed"
      ? []
      : sizes.segmentations.filter(({ members }) => members === null).map(({ id }) => id);
  return (
    <ReportPage
      framed={framed}
      title={say("segmentPages.title")}
      primaryAction={
        <Button variant="primary" url={address.href({}, "/app/segments/compare")}>
          {say("segmentPages.compare")}
        </Button>
      }
    >
      <p role="status" className="visually-hidden">
        {sizes === null ? say("segmentPages.counting") : ""}
      </p>
      {lost === null || untold.length === 0 ? null : (
        <Card padding="0">
          <NoCustomers scopes={lost} more={null} />
        </Card>
      )}
      {view.groups.map((group) => (
        <GroupCard
          key={group.id}
          group={group}
          // Said once above all of them.
          silent={lost === null ? [] : untold}
          sizes={sizes}
        />
      ))}
    </ReportPage>
  );
}

function GroupCard({
  group: { label, cuts },
  silent,
  sizes,
}: {
  group: Group;
  silent: readonly string[];
  sizes: Sizes;
}) {
  const address = useAddress();
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {label}
        </Text>
        {cuts.map(({ id, label: name, help }) => (
          <div key={id} className="library-row">
            <Text as="h3" variant="headingSm">
              <Link
                to={address.href({ sort: null, page: null, segmentation: null }, `/app/segments/${id}`)}
                className="row-link"
              >
                {name}
              </Link>
            </Text>
            <Text as="p" tone="subdued">
              {help}
            </Text>
            {silent.includes(id) ? null : <Segments id={id} sizes={sizes} />}
          </div>
        ))}
      </BlockStack>
    </Card>
  );
}

function Segments({ id, sizes }: { id: Group["cuts"][number]["id"]; sizes: Sizes }) {
  const { say } = useWords();
  const address = useAddress();
  if (sizes === null || sizes === "failed")
    return (
      <p className="library-sizes">
        {say(sizes === null ? "segmentPages.counting" : "segmentPages.notCounted")}
      </p>
    );
  const found = sizes.segmentations.find((each) => each.id === id);
  if (found === undefined)
    return (
      <p className="library-sizes">{say(id === "tags" ? "segmentPages.byTag" : "segmentPages.byOrder")}</p>
    );
  if (found.members === null) return <p className="library-sizes">{say("segmentPages.notKnown")}</p>;
  const there = found.segments.filter(({ members }) => (members ?? 0) > 0);
  if (there.length === 0) return <p className="library-sizes">{say("segmentPages.nobody")}</p>;
  return (
    <ul className="library-sizes">
      {there.slice(0, SHOWN).map((segment) => (
        <li key={segment.id}>
          <Link
            to={address.href(
              { segmentation: null, sort: null, page: null },
              `/app/segments/${id}/${encodeURIComponent(segment.id)}`,
            )}
            className="quiet-link"
          >
            {segment.label}
          </Link>{" "}
          <span className="figure-note">
            {say("segmentPages.ofCustomers", { text: segment.text ?? "", share: segment.share ?? "–" })}
          </span>
        </li>
      ))}
      {there.length > SHOWN ? <li>{say("segmentPages.more", { n: there.length - SHOWN })}</li> : null}
    </ul>
  );
}
