// The admin's menu of the app, the same on pages and on what stands in for them.
import { NavMenu } from "@shopify/app-bridge-react";

export function AppMenu({ locale }: { locale: string | null }) {
  const language = locale === null ? "" : `?locale=${encodeURIComponent(locale)}`;
  return (
    <NavMenu>
      <a href={`/app${language}`} rel="home">
        Home
      </a>
      <a href={`/app/data${language}`}>Data and trust</a>
      <a href={`/app/privacy${language}`}>Privacy</a>
    </NavMenu>
  );
}
