// The choices above a report. Each one changes the address and nothing else. Their places are fixed by the window's width
// alone; on a phone all but the period open on demand.
import { useId, useState } from "react";
import type { ToolbarView } from "../../reports/toolbar.ts";
import { SelectField } from "./field.tsx";
import { PeriodPicker } from "./period-picker.tsx";

export function Toolbar({
  toolbar,
  locale,
  where,
}: {
  toolbar: ToolbarView;
  locale: string;
  /** The shop and the clock of its days, for paper. */
  where: string;
}) {
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <>
      <Printed toolbar={toolbar} where={where} />
      <div className="toolbar" role="group" aria-label="What is shown">
        <PeriodPicker period={toolbar.period} locale={locale} />
        <button
          type="button"
          className="field-control toolbar-more"
          aria-expanded={open}
          aria-controls={id}
          onClick={() => setOpen(!open)}
        >
          {`Filters (${toolbar.pickers.length})`}
        </button>
        <div id={id} className={`toolbar-pickers${open ? " toolbar-open" : ""}`}>
          {toolbar.pickers.map((picker) => (
            <SelectField key={picker.name} picker={picker} clears={{ page: null }} />
          ))}
        </div>
      </div>
    </>
  );
}

/** On paper the choices are a sentence. */
function Printed({ toolbar: { period, pickers }, where }: { toolbar: ToolbarView; where: string }) {
  const chosen = pickers.map(
    ({ label, selected, choices }) =>
      `${label}: ${choices.find(({ value }) => value === selected)?.label ?? selected}`,
  );
  return <p className="print-only">{[where, `${period.label}: ${period.range}`, ...chosen].join(" · ")}</p>;
}
