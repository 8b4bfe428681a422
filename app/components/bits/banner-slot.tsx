// The page's one banner: whatever is to be told stands in a queue, and what was put away stays away.
import { useAppBridge } from "@shopify/app-bridge-react";
import { Banner, BlockStack, Button, InlineStack, List, Text } from "@shopify/polaris";
import { useState } from "react";
import type { ShopNotice } from "../../reports/shop-notices.server.ts";
import { useWords } from "./language.ts";
import { useAction, useRefresh } from "../router.ts";

export function BannerSlot({
  notices,
  address = [],
  dismissed,
}: {
  notices: readonly ShopNotice[];
  /** What the address asked for and what is shown instead. */
  address?: readonly string[];
  /** Keys of notices that were put away. */
  dismissed: readonly string[];
}) {
  const [gone, setGone] = useState<readonly string[]>([]);
  const { say } = useWords();
  const { post } = useAction<{ id: string }>("/app/notices");
  const away = (key: string) => gone.includes(key) || dismissed.includes(key);
  const addressKey = `address ${address.join()}`;
  const open = notices.filter(({ key }) => !away(key));
  const left = open.length + (address.length > 0 && !away(addressKey) ? 1 : 0);
  if (address.length > 0 && !away(addressKey))
    return (
      <Banner
        tone="info"
        title={say("state.addressReplaced")}
        onDismiss={() => setGone([...gone, addressKey])}
      >
        <Replaced texts={address} />
        <More left={left - 1} />
      </Banner>
    );
  const [notice] = open;
  if (notice === undefined) return null;
  return (
    <Banner
      key={notice.key}
      tone={notice.tone}
      title={notice.title}
      onDismiss={() => {
        setGone([...gone, notice.key]);
        post({ id: notice.key });
      }}
    >
      <BlockStack gap="200">
        <p>{notice.text}</p>
        {notice.scopes ? <GrantAccess scopes={notice.scopes} /> : null}
        <More left={left - 1} />
      </BlockStack>
    </Banner>
  );
}

function Replaced({ texts }: { texts: readonly string[] }) {
  const [first, ...more] = texts;
  if (more.length === 0) return <p>{first}</p>;
  return (
    <List>
      {texts.map((text) => (
        <List.Item key={text}>{text}</List.Item>
      ))}
    </List>
  );
}

function More({ left }: { left: number }) {
  const { say } = useWords();
  if (left < 1) return null;
  return (
    <Text as="p" tone="subdued">
      {say("state.moreNotices", { n: left })}
    </Text>
  );
}

/** Shopify asks the merchant in a window of its own. */
export function GrantAccess({ scopes }: { scopes: readonly string[] }) {
  const shopify = useAppBridge();
  const { say } = useWords();
  const { refresh } = useRefresh();
  const ask = async () => {
    const { result } = await shopify.scopes.request([...scopes]);
    if (result === "granted-all") refresh();
  };
  return (
    <InlineStack>
      <Button onClick={() => void ask()}>{say("state.grant")}</Button>
    </InlineStack>
  );
}
