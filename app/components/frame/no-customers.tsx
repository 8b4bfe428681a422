// A permission that was taken back, as one state with its button, where every figure would say the same.
import { Text } from "@shopify/polaris";
import type { SyncStatusView } from "../../reports/sync-status.server.ts";
import { GrantAccess } from "../bits/banner-slot.tsx";
import { useWords } from "../bits/language.ts";

/** The scopes to ask for while customers cannot be read; null while they can. */
export function lostCustomers({ notices }: Pick<SyncStatusView, "notices">): readonly string[] | null {
  const scopes = notices.find(({ id }) => id === "scopes")?.scopes ?? [];
  return scopes.includes("read_customers") ? scopes : null;
}

/** The head of a card. `more`: what else is there to say of what is missing. */
export function NoCustomers({ scopes, more }: { scopes: readonly string[]; more: string | null }) {
  const { say } = useWords();
  return (
    <div className="card-head">
      <Text as="h2" variant="headingMd">
        {say("homePage.noAccess")}
      </Text>
      <Text as="p">
        {say("homePage.noAccessHelp")}
        {more === null ? "" : ` ${more}`}
      </Text>
      <GrantAccess scopes={scopes} />
    </div>
  );
}
