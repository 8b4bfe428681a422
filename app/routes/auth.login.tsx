// The way in for somebody who comes from outside the admin: asks for the shop's domain and goes to its install page.
import { useState } from "react";
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { Form, useActionData, useLoaderData, useNavigation } from "@remix-run/react";
import { AppProvider, Button, Card, FormLayout, Page, Text, TextField } from "@shopify/polaris";
import english from "@shopify/polaris/locales/en.json" with { type: "json" };
import { LoginErrorType } from "@shopify/shopify-app-remix/server";
import { login } from "../shopify.server.ts";

export const meta: MetaFunction = () => [{ title: "Log in · Segment KPIs" }];

async function answer(request: Request): Promise<{ error: string | undefined }> {
  const { shop } = await login(request);
  if (shop === LoginErrorType.MissingShop) return { error: "Enter your shop's domain to log in." };
  if (shop) return { error: "That is not a shop's domain. It looks like example.myshopify.com." };
  return { error: undefined };
}

export const loader = ({ request }: LoaderFunctionArgs) => answer(request);
export const action = ({ request }: ActionFunctionArgs) => answer(request);

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
