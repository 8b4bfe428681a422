// The document around every page, also where no page could be made. Polaris' styles come first so that ours can refine them.
import {
  Links,
  Meta,
  Outlet,
  Scripts,
  ScrollRestoration,
  useRouteError,
  useRouteLoaderData,
} from "@remix-run/react";
import type { LinksFunction, MetaFunction } from "@remix-run/node";
import { AppProvider } from "@shopify/polaris";
import polarisStyles from "@shopify/polaris/build/esm/styles.css?url";
import english from "@shopify/polaris/locales/en.json" with { type: "json" };
import type { ReactNode } from "react";
import { Language } from "./components/bits/language.ts";
import { ErrorCard } from "./components/pages/error-card.tsx";
import { useNonce } from "./components/bits/nonce.ts";

export const links: LinksFunction = () => [{ rel: "stylesheet", href: polarisStyles }];

export const meta: MetaFunction = () => [{ title: "Segment KPIs" }];

export function Layout({ children }: { children: ReactNode }) {
  const nonce = useNonce();
  // The pages' layout reads it from the address; whatever fails before that speaks English.
  const language = useRouteLoaderData<{ locale: string | null }>("routes/app")?.locale ?? "en";
  return (
    <html lang={language}>
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <Meta />
        <Links />
      </head>
      <body>
        <Language.Provider value={language}>{children}</Language.Provider>
        <ScrollRestoration nonce={nonce} />
        <Scripts nonce={nonce} />
      </body>
    </html>
  );
}

export default function Document() {
  return <Outlet />;
}

export function ErrorBoundary() {
  const error = useRouteError();
  return (
    <AppProvider i18n={english}>
      <main id="content">
        <ErrorCard error={error} />
      </main>
    </AppProvider>
  );
}
