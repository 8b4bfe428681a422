// The admin's menu of the app, the same on pages and on what stands in for them.
import { NavMenu } from "@shopify/app-bridge-react";
import { useLanguage, useWords } from "./language.ts";
import { pathIn } from "../router.ts";

const ITEMS = ["segments", "kpis", "retention", "journey", "products", "reports", "settings"] as const;

export function AppMenu() {
  const { say } = useWords();
  const language = useLanguage();
  return (
    <NavMenu>
      <a href={pathIn(language)} rel="home">
        {say("common.home")}
      </a>
      {ITEMS.map((item) => (
        <a key={item} href={pathIn(language, `/app/${item}`)}>
          {say(`menu.${item}`)}
        </a>
      ))}
    </NavMenu>
  );
}
