// What can be taken away of the app.
import type { LoaderFunctionArgs } from "@remix-run/node";
import { TitleBar } from "@shopify/app-bridge-react";
import { useWords } from "../components/bits/language.ts";
import { ReportsPage } from "../components/pages/reports-page.tsx";
import { titled } from "../components/router.ts";
import { authenticate } from "../shopify.server.ts";

export const meta = titled(({ say }) => say("menu.reports"));

export async function loader({ request }: LoaderFunctionArgs) {
  await authenticate.admin(request);
  return null;
}

export default function Reports() {
  const { say } = useWords();
  return (
    <>
      <TitleBar title={say("menu.reports")} />
      <ReportsPage />
    </>
  );
}
