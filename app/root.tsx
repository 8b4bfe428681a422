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
import type { ReactNode } from "react";
import { Language, useLanguage } from "./components/bits/language.ts";
import { ErrorCard } from "./components/pages/error-card.tsx";
import { useNonce } from "./components/bits/nonce.ts";
import { polarisWords } from "./words/polaris.ts";
import { APP_NAME } from "./words/screen.ts";

export const links: LinksFunction = () => [{ rel: "stylesheet", href: polarisStyles }];

export const meta: MetaFunction = () => [{ title: APP_NAME }];

export function Layout({ children }: { children: ReactNode }) {
  const nonce = useNonce();
  // Read from the address; whatever fails before that speaks English.
  const inside = useRouteLoaderData<{ locale: string | null }>("routes/app");
  const outside = useRouteLoaderData<{ locale: string | null }>("routes/auth.login");
  const language = (inside ?? outside)?.locale ?? "en";
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
  const polaris = polarisWords(useLanguage());
  return (
    <AppProvider i18n={polaris}>
      <main id="content">
        <ErrorCard error={error} />
      </main>
    </AppProvider>
  );
}
