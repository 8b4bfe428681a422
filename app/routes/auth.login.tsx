// The way in for somebody who comes from outside the admin: asks for the shop's domain and goes to its install page.
import { useState } from "react";
import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { Form, useActionData, useLoaderData, useNavigation } from "@remix-run/react";
import { AppProvider, Button, Card, FormLayout, Page, Text, TextField } from "@shopify/polaris";
import { useLanguage, useWords } from "../components/bits/language.ts";
import { titled } from "../components/router.ts";
import { formOf } from "../http/body.server.ts";
import { readLocale } from "../reports/wording.server.ts";
import { SHOP } from "../shopify/session-token.server.ts";
import { login } from "../shopify.server.ts";
import { polarisWords } from "../words/polaris.ts";
import { APP_NAME } from "../words/screen.ts";
import { say } from "../words/words.server.ts";

export const meta = titled((words) => words.say("loginPage.title", { app: APP_NAME }));

const EXAMPLE = "example.myshopify.com";

export async function loader({ request }: LoaderFunctionArgs) {
  const url = new URL(request.url);
  const asked = url.searchParams.get("shop");
  const locale = localeOf(url);
  return { locale, error: asked ? await leadTo(asked, url) : undefined };
}

export async function action({ request }: ActionFunctionArgs) {
  const { shop } = await formOf(request);
  const url = new URL(request.url);
  if (typeof shop !== "string" || shop.trim() === "")
    return { error: say({ locale: localeOf(url) }, "answers.noShopGiven") };
  return { error: await leadTo(shop, url) };
}

const localeOf = ({ searchParams }: URL): string => readLocale(searchParams.get("locale"));

/** Throws the redirect to the shop's install page. The library sees neither a body, which it would read to its end, nor a name that is no shop's. */
async function leadTo(asked: string, url: URL): Promise<string> {
  const typed = asked
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, "")
    .replace(/\/$/, "");
  const shop = typed.includes(".") ? typed : `${typed}.myshopify.com`;
  if (shop.length < 256 && SHOP.test(shop))
    await login(new Request(`${url.origin}${url.pathname}?${new URLSearchParams({ shop })}`));
  return say({ locale: localeOf(url) }, "answers.notAShop", { example: EXAMPLE });
}

export default function Login() {
  const loaded = useLoaderData<typeof loader>();
  const sent = useActionData<typeof action>();
  const words = useWords();
  const polaris = polarisWords(useLanguage());
  const [shop, setShop] = useState("");
  const busy = useNavigation().state !== "idle";

  return (
    <AppProvider i18n={polaris}>
      <Page narrowWidth>
        <Card>
          <Form method="post">
            <FormLayout>
              <Text variant="headingMd" as="h1">
                {words.say("loginPage.heading", { app: APP_NAME })}
              </Text>
              <TextField
                type="text"
                name="shop"
                label={words.say("loginPage.shop")}
                helpText={EXAMPLE}
                value={shop}
                onChange={setShop}
                autoComplete="on"
                error={(sent ?? loaded).error}
              />
              <Button submit variant="primary" loading={busy}>
                {words.say("loginPage.logIn")}
              </Button>
            </FormLayout>
          </Form>
        </Card>
      </Page>
    </AppProvider>
  );
}
