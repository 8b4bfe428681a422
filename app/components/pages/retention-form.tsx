// How long orders are kept, as a form: saved in the admin's save bar, and where something goes, only after it was said what.
import { Modal, SaveBar, TitleBar, useAppBridge } from "@shopify/app-bridge-react";
import { BlockStack, Box, Card, Checkbox, Select, Text } from "@shopify/polaris";
import { useEffect, useState } from "react";
import type { Confirmation, RetentionView } from "../../reports/retention.server.ts";
import { useWords } from "../bits/language.ts";
import { useAction } from "../router.ts";

type Answer = { message: string } | { ask: Confirmation };

export function Retention({ retention }: { retention: RetentionView }) {
  const shopify = useAppBridge();
  const { say } = useWords();
  const [chosen, choose] = useState(retention.chosen);
  const [forgets, setForgets] = useState(retention.forgetsSums);
  const { post, busy, answer } = useAction<Answer>();
  const [refused, refuse] = useState<Answer | undefined>();
  const asked = answer !== undefined && "ask" in answer && answer !== refused ? answer.ask : null;
  const cancel = () => refuse(answer);
  useEffect(() => {
    if (answer !== undefined && "message" in answer) shopify.toast.show(answer.message);
  }, [answer, shopify]);
  const limited = chosen !== "all";
  const fields = { keep: chosen, sums: limited && forgets ? "forget" : "keep" };
  const changed = chosen !== retention.chosen || (limited && forgets !== retention.forgetsSums);
  const discard = () => {
    choose(retention.chosen);
    setForgets(retention.forgetsSums);
  };
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {say("privacyPage.retention")}
        </Text>
        <Text as="p">{retention.sentence}</Text>
        <div className="retention">
          <Select
            label={say("privacyPage.keep")}
            options={[...retention.options]}
            value={chosen}
            onChange={choose}
            helpText={say("privacyPage.keepHelp")}
          />
          {limited ? (
            <Checkbox
              label={say("privacyPage.forget")}
              checked={forgets}
              onChange={setForgets}
              helpText={say("privacyPage.forgetHelp")}
            />
          ) : null}
        </div>
      </BlockStack>
      <SaveBar id="retention" open={changed}>
        <button type="button" variant="primary" disabled={busy} onClick={() => post(fields)}>
          {say("common.save")}
        </button>
        <button type="button" disabled={busy} onClick={discard}>
          {say("common.discard")}
        </button>
      </SaveBar>
      <Modal id="retention-loss" open={asked !== null} onHide={cancel}>
        <Box padding="400">
          <BlockStack gap="200">
            {asked?.paragraphs.map((paragraph) => (
              <Text as="p" key={paragraph}>
                {paragraph}
              </Text>
            ))}
          </BlockStack>
        </Box>
        <TitleBar title={asked?.title ?? ""}>
          <button variant="primary" tone="critical" onClick={() => post({ ...fields, agreed: "yes" })}>
            {asked?.action ?? ""}
          </button>
          <button onClick={cancel}>{say("common.cancel")}</button>
        </TitleBar>
      </Modal>
    </Card>
  );
}
