// A first and a last day as fields at the foot of a panel. Days stay texts such as 2026-10-31 from the field to the address; a
// Date of the browser would move them by its own time zone.
import { BlockStack, Button, InlineStack, TextField } from "@shopify/polaris";
import { useState } from "react";
import { useWords } from "./language.ts";

export interface TwoDaysText {
  from: string;
  to: string;
}

export function TwoDays({
  initial,
  latest,
  faultOf,
  apply,
  cancel,
}: {
  initial: TwoDaysText;
  latest: string;
  /** Null when the days can be shown. */
  faultOf: (days: TwoDaysText) => string | null;
  apply: (days: TwoDaysText) => void;
  cancel: () => void;
}) {
  const [days, setDays] = useState<TwoDaysText>({ from: initial.from, to: initial.to });
  const { say } = useWords();
  const fault = faultOf(days);
  return (
    <div className="pop-up-foot">
      <BlockStack gap="200">
        <div className="two-days">
          <TextField
            type="date"
            label={say("controls.firstDay")}
            autoComplete="off"
            value={days.from}
            max={latest}
            onChange={(from) => setDays({ ...days, from })}
          />
          <TextField
            type="date"
            label={say("controls.lastDay")}
            autoComplete="off"
            value={days.to}
            max={latest}
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
