// Gives the page with its choices a name, under which everybody of the shop finds it among Reports.
import { useAppBridge } from "@shopify/app-bridge-react";
import { BlockStack, Button, TextField } from "@shopify/polaris";
import { useEffect, useState } from "react";
import { useLanguage, useWords } from "./language.ts";
import { PopUp } from "./pop-up.tsx";
import { pathIn, useAction, useLocation } from "../router.ts";

interface Answer {
  message: string | null;
  problem: string | null;
}

export function SaveView() {
  const { say } = useWords();
  return (
    <PopUp
      label={say("controls.saveView")}
      align="end"
      activator={({ open, show }) => (
        <Button disclosure ariaExpanded={open} onClick={show}>
          {say("controls.saveView")}
        </Button>
      )}
    >
      {(close) => <Name close={close} />}
    </PopUp>
  );
}

function Name({ close }: { close: () => void }) {
  const { say } = useWords();
  const shopify = useAppBridge();
  const language = useLanguage();
  const { pathname, search } = useLocation();
  const [name, setName] = useState("");
  const { post, busy, answer } = useAction<Answer>(pathIn(language, "/app/views"));
  useEffect(() => {
    if (answer?.message == null) return;
    shopify.toast.show(answer.message);
    close();
  }, [answer, close, shopify]);
  return (
    <form
      className="save-view"
      onSubmit={(event) => {
        event.preventDefault();
        post({ intent: "save", name, address: pathname + search });
      }}
    >
      <BlockStack gap="200">
        <TextField
          label={say("controls.viewName")}
          helpText={say("controls.viewHelp")}
          value={name}
          onChange={setName}
          error={answer?.problem ?? undefined}
          maxLength={80}
          autoComplete="off"
        />
        <Button submit variant="primary" loading={busy} disabled={name.trim() === ""}>
          {say("common.save")}
        </Button>
      </BlockStack>
    </form>
  );
}
