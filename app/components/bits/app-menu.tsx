// The admin's menu of the app, the same on pages and on what stands in for them.
import { NavMenu } from "@shopify/app-bridge-react";
import { useLanguage, useWords } from "./language.ts";
import { pathIn } from "../router.ts";

export function AppMenu() {
  const { say } = useWords();
  const language = useLanguage();
  return (
    <NavMenu>
      <a href={pathIn(language)} rel="home">
        {say("common.home")}
      </a>
      <a href={pathIn(language, "/app/data")}>{say("dataPage.title")}</a>
      <a href={pathIn(language, "/app/privacy")}>{say("privacyPage.title")}</a>
    </NavMenu>
  );
}
