// What can be taken away of a table: as it stands there, or all that is known of its figures.
import { Button } from "@shopify/polaris";
import { ExportIcon } from "@shopify/polaris-icons";
import type { TableFiles } from "../../reports/address.ts";
import { DownloadButton } from "./download-button.tsx";
import { useWords } from "./language.ts";
import { PopUp } from "./pop-up.tsx";

const LABELS = {
  workbook: "controls.exportWorkbook",
  table: "controls.exportTable",
  semicolons: "controls.exportSemicolons",
  all: "controls.exportAll",
} as const;

export function ExportMenu({ files }: { files: TableFiles }) {
  const { say } = useWords();
  return (
    <div className="download">
      <PopUp
        label={say("controls.export")}
        align="end"
        activator={({ open, show }) => (
          <Button icon={ExportIcon} disclosure ariaExpanded={open} onClick={show}>
            {say("controls.export")}
          </Button>
        )}
      >
        {(close) => (
          <div className="export-panel">
            {(["workbook", "table", "semicolons", "all"] as const).map((file) => (
              <DownloadButton key={file} href={files[file]} onSaved={close}>
                {say(LABELS[file])}
              </DownloadButton>
            ))}
          </div>
        )}
      </PopUp>
    </div>
  );
}
