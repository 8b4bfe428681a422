// Downloads a file of the app. A plain link cannot: inside the admin's iframe only fetch carries the session token that
// App Bridge adds, so the answer is read and handed to the browser as a file.
import { Button, type IconSource, InlineError } from "@shopify/polaris";
import { ExportIcon } from "@shopify/polaris-icons";
import { useState } from "react";
import { useWords } from "./language.ts";

export function DownloadButton({
  href,
  children,
  primary = false,
  icon = ExportIcon,
  disabled = false,
  onSaved,
}: {
  href: string;
  children: string;
  primary?: boolean;
  icon?: IconSource;
  disabled?: boolean;
  onSaved?: () => void;
}) {
  const { say } = useWords();
  const [state, setState] = useState<"idle" | "busy" | "failed">("idle");
  const download = async () => {
    setState("busy");
    try {
      const response = await fetch(href);
      if (!response.ok) throw new Error(String(response.status));
      save(await response.blob(), fileName(response) ?? "export.csv");
      setState("idle");
      onSaved?.();
    } catch {
      setState("failed");
    }
  };
  return (
    <div className="download">
      <Button
        icon={icon}
        variant={primary ? "primary" : undefined}
        disabled={disabled}
        loading={state === "busy"}
        onClick={() => void download()}
      >
        {children}
      </Button>
      {state === "failed" ? <InlineError fieldID="download" message={say("controls.fileFailed")} /> : null}
    </div>
  );
}

function fileName(response: Response): string | undefined {
  return /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition") ?? "")?.[1];
}

function save(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  // Safari reads the file only after the click has been handled.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
