// What surrounds every page inside the admin: sign-in, Polaris, App Bridge, the admin's menu, and errors.
import type { HeadersFunction, LinksFunction, LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { Outlet, useLoaderData, useRouteError, useRouteLoaderData } from "@remix-run/react";
import { AppProvider as PolarisProvider } from "@shopify/polaris";
import { AppProvider } from "@shopify/shopify-app-remix/react";
import { boundary } from "@shopify/shopify-app-remix/server";
import { AppMenu } from "../components/bits/app-menu.tsx";
import { useLanguage, useWords } from "../components/bits/language.ts";
import { ErrorCard, isFromShopify } from "../components/pages/error-card.tsx";
import { WithKeys } from "../components/keys/keys.tsx";
import { env } from "../env.server.ts";
import { keysOf, userState } from "../reports/choices.server.ts";
import { readLocale } from "../reports/wording.server.ts";
import { authenticate } from "../shopify.server.ts";
import styles from "../styles/app.css?url";
import { polarisWords } from "../words/polaris.ts";
import { APP_NAME } from "../words/screen.ts";

export const meta: MetaFunction = () => [{ title: APP_NAME }];

export const links: LinksFunction = () => [{ rel: "stylesheet", href: styles }];

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const user = await userState(request, session.shop, new Date());
  const locale = new URL(request.url).searchParams.get("locale");
  return {
    apiKey: env().SHOPIFY_API_KEY,
    locale: locale === null ? null : readLocale(locale),
    keys: keysOf(user),
  };
}

/** Nothing here changes while the app is open; every page checks the session itself. */
export const shouldRevalidate = () => false;

export const headers: HeadersFunction = (args) => boundary.headers(args);

export default function App() {
  const { apiKey, keys } = useLoaderData<typeof loader>();
  const { say } = useWords();
  const polaris = polarisWords(useLanguage());
  return (
    <AppProvider isEmbeddedApp apiKey={apiKey} i18n={polaris}>
      <AppMenu />
      <a href="#content" className="skip-link">
        {say("common.skip")}
      </a>
      <WithKeys initial={keys}>
        <main id="content" tabIndex={-1}>
          <Outlet />
        </main>
      </WithKeys>
    </AppProvider>
  );
}

export function ErrorBoundary() {
  const error = useRouteError();
  const polaris = polarisWords(useLanguage());
  const app = useRouteLoaderData<typeof loader>("routes/app");
  // Shopify's own boundary tells its responses by the name of a class, which the browser's bundle shortens.
  if (isFromShopify(error)) return <div dangerouslySetInnerHTML={{ __html: String(error.data || "") }} />;
  const card = (
    <main id="content">
      <ErrorCard error={error} />
    </main>
  );
  // Null where the layout's own data failed to load.
  return app?.apiKey === undefined ? (
    <PolarisProvider i18n={polaris}>{card}</PolarisProvider>
  ) : (
    <AppProvider isEmbeddedApp apiKey={app.apiKey} i18n={polaris}>
      <AppMenu />
      {card}
    </AppProvider>
  );
}
