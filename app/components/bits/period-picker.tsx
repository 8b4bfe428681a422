// Chooses a period: a named one with one press, or two days.
import type { ToolbarView } from "../../reports/toolbar.ts";
import { FieldButton } from "./field.tsx";
import { useLanguage, useWords } from "./language.ts";
import { periodFault } from "./period-fault.ts";
import { PopUp } from "./pop-up.tsx";
import { TwoDays } from "./two-days.tsx";
import { useAddress, usePending } from "../router.ts";

type Period = ToolbarView["period"];

export function PeriodPicker({ period }: { period: Period }) {
  const { say } = useWords();
  const language = useLanguage();
  const address = useAddress();
  const text = useShown(period);
  return (
    <PopUp
      label={say("controls.period")}
      activator={({ open, show }) => (
        <FieldButton
          label={say("controls.period")}
          text={text}
          expanded={open}
          shortcut={{ name: "period", key: "D" }}
          onClick={show}
        />
      )}
    >
      {(close) => (
        <>
          <ul className="options">
            {period.choices.map(({ value, label, note }) => (
              <li key={value}>
                <button
                  type="button"
                  className="option"
                  aria-current={value === period.selected ? "true" : undefined}
                  onClick={() => {
                    close();
                    address.go({ period: value, from: null, to: null, page: null });
                  }}
                >
                  {label}
                  {note === undefined ? null : <span className="option-note">{note}</span>}
                </button>
              </li>
            ))}
          </ul>
          <TwoDays
            initial={period}
            latest={period.today}
            faultOf={(days) => periodFault(days, period.today, { say, language })}
            cancel={close}
            apply={(days) => {
              close();
              address.go({ ...days, period: null, page: null });
            }}
          />
        </>
      )}
    </PopUp>
  );
}

/** The period on its way, by its name alone, or the one that is shown. */
function useShown(period: Period): string {
  const { say } = useWords();
  const pending = usePending();
  const name = pending?.get("period") ?? period.selected;
  const coming = period.choices.find(({ value }) => value === name);
  if (pending === null || name === period.selected || pending.has("from") || !coming)
    return say("common.labelled", { label: period.label, value: period.range });
  return coming.label;
}
