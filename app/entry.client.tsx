// Takes over the server's document in the browser, once it has the words in which the server wrote it.
import { RemixBrowser } from "@remix-run/react";
import { startTransition, StrictMode } from "react";
import { hydrateRoot } from "react-dom/client";
import { loadPolaris } from "./words/polaris.ts";
import { loadLanguage } from "./words/screen.ts";

const { lang } = document.documentElement;
void Promise.all([loadLanguage(lang), loadPolaris(lang)]).then(() =>
  startTransition(() => {
    hydrateRoot(
      document,
      <StrictMode>
        <RemixBrowser />
      </StrictMode>,
    );
  }),
);
