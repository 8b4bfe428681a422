// The places where something is looked after.
import type { LoaderFunctionArgs } from "@remix-run/node";
import { TitleBar } from "@shopify/app-bridge-react";
import { useWords } from "../components/bits/language.ts";
import { SettingsPage } from "../components/pages/settings-page.tsx";
import { titled } from "../components/router.ts";
import { authenticate } from "../shopify.server.ts";

export const meta = titled(({ say }) => say("menu.settings"));

export async function loader({ request }: LoaderFunctionArgs) {
  await authenticate.admin(request);
  return null;
}

export default function Settings() {
  const { say } = useWords();
  return (
    <>
      <TitleBar title={say("menu.settings")} />
      <SettingsPage />
    </>
  );
}
