// The page's one banner: what an address asked for and what is shown instead.
import { Banner, List } from "@shopify/polaris";

export function Notices({ notices }: { notices: readonly string[] }) {
  const [first, ...more] = notices;
  if (first === undefined) return null;
  return (
    <Banner tone="info" title="Part of this address couldn't be read">
      {more.length === 0 ? (
        <p>{first}</p>
      ) : (
        <List>
          {notices.map((notice) => (
            <List.Item key={notice}>{notice}</List.Item>
          ))}
        </List>
      )}
    </Banner>
  );
}
