// Chooses with what the period is compared: a named comparison with one press, or two days.
import type { ToolbarView } from "../../reports/toolbar.ts";
import { FieldButton } from "./field.tsx";
import { useLanguage, useWords } from "./language.ts";
import { comparedFault } from "./period-fault.ts";
import { PopUp } from "./pop-up.tsx";
import { TwoDays } from "./two-days.tsx";
import { useAddress, usePending } from "../router.ts";

export function ComparePicker({
  compare,
  period,
}: {
  compare: NonNullable<ToolbarView["compare"]>;
  period: ToolbarView["period"];
}) {
  const { say } = useWords();
  const language = useLanguage();
  const address = useAddress();
  const pending = usePending();
  const coming = compare.choices.find(({ value }) => value === pending?.get("compare"));
  return (
    <PopUp
      label={compare.label}
      activator={({ open, show }) => (
        <FieldButton
          label={compare.label}
          text={coming?.label ?? compare.shown}
          expanded={open}
          shortcut={{ name: "compare", key: "C" }}
          onClick={show}
        />
      )}
    >
      {(close) => (
        <>
          <ul className="options">
            {compare.choices.map(({ value, label }) => (
              <li key={value}>
                <button
                  type="button"
                  className="option"
                  aria-current={value === compare.selected ? "true" : undefined}
                  onClick={() => {
                    close();
                    address.go({ compare: value, compare_from: null, compare_to: null, page: null });
                  }}
                >
                  {label}
                </button>
              </li>
            ))}
          </ul>
          <TwoDays
            initial={compare}
            latest={compare.latest}
            faultOf={(days) => comparedFault(days, { ...compare, period }, { say, language })}
            cancel={close}
            apply={({ from, to }) => {
              close();
              address.go({ compare: "custom", compare_from: from, compare_to: to, page: null });
            }}
          />
        </>
      )}
    </PopUp>
  );
}
