// What changed in a week: at most five sentences, each with two doors.
import { BlockStack, Text } from "@shopify/polaris";
import type { FindingView, WeekView } from "../../reports/findings.server.ts";
import { useWords } from "./language.ts";
import { Link, useAddress } from "../router.ts";

export function FindingsList({ week: { sentence, findings } }: { week: WeekView }) {
  return (
    <BlockStack gap="300">
      <Text as="p" tone={findings.length === 0 ? undefined : "subdued"}>
        {sentence}
      </Text>
      {findings.length === 0 ? null : (
        <ol className="findings">
          {findings.map((finding) => (
            <li key={finding.id}>
              <Finding finding={finding} />
            </li>
          ))}
        </ol>
      )}
    </BlockStack>
  );
}

function Finding({ finding: { text, details, why, segment } }: { finding: FindingView }) {
  const address = useAddress();
  const { say } = useWords();
  return (
    <BlockStack gap="100">
      <Text as="p" fontWeight="semibold">
        {text}
      </Text>
      <Text as="p" tone="subdued">
        {details.join(" ")}
      </Text>
      <div className="doors">
        <Link to={address.href(why, "/app/why")} aria-label={say("findingsPage.whyOf", { finding: text })}>
          {say("findingsPage.why")}
        </Link>
        {segment === null ? null : (
          <Link
            to={address.href(segment.params, segment.path)}
            aria-label={say("findingsPage.useOf", { finding: text })}
          >
            {say("findingsPage.use")}
          </Link>
        )}
      </div>
    </BlockStack>
  );
}
