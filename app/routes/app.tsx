// What surrounds every page inside the admin: sign-in, Polaris, App Bridge, the admin's menu, and errors.
import type { HeadersFunction, LinksFunction, LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { Outlet, useLoaderData, useRouteError, useRouteLoaderData } from "@remix-run/react";
import { AppProvider as PolarisProvider } from "@shopify/polaris";
import polarisEnglish from "@shopify/polaris/locales/en.json" with { type: "json" };
import { AppProvider } from "@shopify/shopify-app-remix/react";
import { boundary } from "@shopify/shopify-app-remix/server";
import { AppMenu } from "../components/bits/app-menu.tsx";
import { ErrorCard, isFromShopify } from "../components/pages/error-card.tsx";
import { env } from "../env.server.ts";
import { readLocale } from "../reports/wording.server.ts";
import { authenticate } from "../shopify.server.ts";
import styles from "../styles/app.css?url";

export const meta: MetaFunction = () => [{ title: "Segment KPIs" }];

export const links: LinksFunction = () => [{ rel: "stylesheet", href: styles }];

export async function loader({ request }: LoaderFunctionArgs) {
  await authenticate.admin(request);
  const locale = new URL(request.url).searchParams.get("locale");
  return { apiKey: env().SHOPIFY_API_KEY, locale: locale === null ? null : readLocale(locale) };
}

/** Nothing here changes while the app is open; every page checks the session itself. */
export const shouldRevalidate = () => false;

export const headers: HeadersFunction = (args) => boundary.headers(args);

export default function App() {
  const { apiKey, locale } = useLoaderData<typeof loader>();
  return (
    <AppProvider isEmbeddedApp apiKey={apiKey} i18n={polarisEnglish}>
      <AppMenu locale={locale} />
      <a href="#content" className="skip-link">
        Skip to the page
      </a>
      <main id="content" tabIndex={-1}>
        <Outlet />
      </main>
    </AppProvider>
  );
}

export function ErrorBoundary() {
  const error = useRouteError();
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
    <PolarisProvider i18n={polarisEnglish}>{card}</PolarisProvider>
  ) : (
    <AppProvider isEmbeddedApp apiKey={app.apiKey} i18n={polarisEnglish}>
      <AppMenu locale={app.locale} />
      {card}
    </AppProvider>
  );
}
