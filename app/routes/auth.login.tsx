// The way in for somebody who comes from outside the admin: asks for the shop's domain and goes to its install page.
import { useState } from "react";
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { Form, useActionData, useLoaderData, useNavigation } from "@remix-run/react";
import { AppProvider, Button, Card, FormLayout, Page, Text, TextField } from "@shopify/polaris";
import english from "@shopify/polaris/locales/en.json" with { type: "json" };
import { formOf } from "../http/body.server.ts";
import { SHOP } from "../shopify/session-token.server.ts";
import { login } from "../shopify.server.ts";

export const meta: MetaFunction = () => [{ title: "Log in · Segment KPIs" }];

export async function loader({ request }: LoaderFunctionArgs) {
  const url = new URL(request.url);
  const asked = url.searchParams.get("shop");
  return asked ? leadTo(asked, url) : { error: undefined };
}

export async function action({ request }: ActionFunctionArgs) {
  const { shop } = await formOf(request);
  if (typeof shop !== "string" || shop.trim() === "") return { error: "Enter your shop's domain to log in." };
  return leadTo(shop, new URL(request.url));
}

/** Throws the redirect to the shop's install page. The library sees neither a body, which it would read to its end, nor a name that is no shop's. */
async function leadTo(asked: string, { origin, pathname }: URL): Promise<{ error: string | undefined }> {
  const typed = asked
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, "")
    .replace(/\/$/, "");
  const shop = typed.includes(".") ? typed : `${typed}.myshopify.com`;
  if (shop.length < 256 && SHOP.test(shop))
    await login(new Request(`${origin}${pathname}?${new URLSearchParams({ shop })}`));
  return { error: "That is not a shop's domain. It looks like example.myshopify.com." };
}

export default function Login() {
  const loaded = useLoaderData<typeof loader>();
  const sent = useActionData<typeof action>();
  const [shop, setShop] = useState("");
  const busy = useNavigation().state !== "idle";

  return (
    <AppProvider i18n={english}>
      <Page narrowWidth>
        <Card>
          <Form method="post">
            <FormLayout>
              <Text variant="headingMd" as="h1">
                Log in to Segment KPIs
              </Text>
              <TextField
                type="text"
                name="shop"
                label="Shop domain"
                helpText="example.myshopify.com"
                value={shop}
                onChange={setShop}
                autoComplete="on"
                error={(sent ?? loaded).error}
              />
              <Button submit variant="primary" loading={busy}>
                Log in
              </Button>
            </FormLayout>
          </Form>
        </Card>
      </Page>
    </AppProvider>
  );
}
