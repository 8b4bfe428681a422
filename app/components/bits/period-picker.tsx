// Chooses a period: a named one with one press, or two days. Days stay texts such as 2026-10-31 from the field to the
// address; a Date of the browser would move them by its own time zone.
import { BlockStack, Button, InlineStack, TextField } from "@shopify/polaris";
import { useState } from "react";
import type { ToolbarView } from "../../reports/toolbar.ts";
import { FieldButton } from "./field.tsx";
import { useLanguage, useWords } from "./language.ts";
import { periodFault } from "./period-fault.ts";
import { PopUp } from "./pop-up.tsx";
import { useAddress, usePending } from "../router.ts";

type Period = ToolbarView["period"];

export function PeriodPicker({ period }: { period: Period }) {
  const { say } = useWords();
  const address = useAddress();
  const text = useShown(period);
  return (
    <PopUp
      label={say("controls.period")}
      activator={({ open, show }) => (
        <FieldButton label={say("controls.period")} text={text} expanded={open} onClick={show} />
      )}
    >
      {(close) => (
        <>
          <ul className="options">
            {period.choices.map(({ value, label }) => (
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
                </button>
              </li>
            ))}
          </ul>
          <Days
            period={period}
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

function Days({
  period,
  apply,
  cancel,
}: {
  period: Period;
  apply: (days: { from: string; to: string }) => void;
  cancel: () => void;
}) {
  const [days, setDays] = useState({ from: period.from, to: period.to });
  const { say } = useWords();
  const language = useLanguage();
  const fault = periodFault(days, period.today, { say, language });
  return (
    <div className="pop-up-foot">
      <BlockStack gap="200">
        <div className="two-days">
          <TextField
            type="date"
            label={say("controls.firstDay")}
            autoComplete="off"
            value={days.from}
            max={period.today}
            onChange={(from) => setDays({ ...days, from })}
          />
          <TextField
            type="date"
            label={say("controls.lastDay")}
            autoComplete="off"
            value={days.to}
            max={period.today}
            onChange={(to) => setDays({ ...days, to })}
          />
        </div>
        <p className="picker-fault" role="alert">
          {fault}
        </p>
        <InlineStack gap="200" align="end">
          <Button onClick={cancel}>{say("common.cancel")}</Button>
          <Button disabled={fault !== null} onClick={() => apply(days)}>
            {say("common.apply")}
          </Button>
        </InlineStack>
      </BlockStack>
    </div>
  );
}
