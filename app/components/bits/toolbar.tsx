// The choices above a report. Each one changes the address and nothing else. Their places are fixed by the window's width
// alone; on a phone all but the period open on demand.
import { useId, useState } from "react";
import type { ToolbarView } from "../../reports/toolbar.ts";
import { ComparePicker } from "./compare-picker.tsx";
import { SelectField } from "./field.tsx";
import { useWords } from "./language.ts";
import { PeriodPicker } from "./period-picker.tsx";

export function Toolbar({
  toolbar,
  where,
}: {
  toolbar: ToolbarView;
  /** The shop and the clock of its days, for paper. */
  where: string;
}) {
  const { say } = useWords();
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <>
      <Printed toolbar={toolbar} where={where} />
      <div className="toolbar" role="group" aria-label={say("controls.toolbar")}>
        <PeriodPicker period={toolbar.period} />
        <button
          type="button"
          className="field-control toolbar-more"
          aria-expanded={open}
          aria-controls={id}
          onClick={() => setOpen(!open)}
        >
          {say("controls.filters", { n: toolbar.pickers.length + (toolbar.compare === null ? 0 : 1) })}
        </button>
        <div id={id} className={`toolbar-pickers${open ? " toolbar-open" : ""}`}>
          {toolbar.compare === null ? null : (
            <ComparePicker compare={toolbar.compare} period={toolbar.period} />
          )}
          {toolbar.pickers.map((picker) => (
            <SelectField key={picker.name} picker={picker} clears={{ page: null }} />
          ))}
        </div>
      </div>
    </>
  );
}

/** On paper the choices are a sentence. */
function Printed({ toolbar: { period, compare, pickers }, where }: { toolbar: ToolbarView; where: string }) {
  const { say } = useWords();
  const chosen = [
    { label: period.label, value: period.range },
    ...(compare === null ? [] : [{ label: compare.label, value: compare.shown }]),
    ...pickers.map(({ label, selected, choices }) => ({
      label,
      value: choices.find(({ value }) => value === selected)?.label ?? selected,
    })),
  ].map((choice) => say("common.labelled", choice));
  return <p className="print-only">{[where, ...chosen].join(" · ")}</p>;
}
