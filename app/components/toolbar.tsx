// The choices above a report. Each one changes the address and nothing else; the usual value leaves it.
import { Select } from "@shopify/polaris";
import type { ToolbarView } from "../reports/toolbar.ts";
import { PeriodPicker } from "./period-picker.tsx";
import { useAddress } from "./router.ts";

export function Toolbar({ toolbar }: { toolbar: ToolbarView }) {
  const address = useAddress();
  return (
    <div className="toolbar" role="group" aria-label="What is shown">
      <PeriodPicker key={`${toolbar.period.from} ${toolbar.period.to}`} period={toolbar.period} />
      {toolbar.pickers.map((picker) => (
        <div key={picker.name} className="toolbar-select">
          <Select
            label={picker.label}
            labelInline
            options={picker.choices.map((choice) => ({ ...choice }))}
            value={picker.selected}
            onChange={(value) =>
              address.go({ [picker.name]: value === picker.usual ? null : value, page: null, sort: null })
            }
          />
        </div>
      ))}
    </div>
  );
}
