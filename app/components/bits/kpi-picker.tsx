// Chooses the table's KPIs; they stand in the order of the catalogue.
import { Button, ChoiceList, InlineStack } from "@shopify/polaris";
import { LayoutColumns3Icon } from "@shopify/polaris-icons";
import { useState } from "react";
import type { KpiChoice } from "../../reports/toolbar.ts";
import { useWords } from "./language.ts";
import { PopUp } from "./pop-up.tsx";
import { useAddress } from "../router.ts";

export function KpiPicker({ kpis }: { kpis: KpiChoice }) {
  const { say } = useWords();
  return (
    <PopUp
      label={say("controls.kpis")}
      align="end"
      activator={({ open, show }) => (
        <Button icon={LayoutColumns3Icon} disclosure ariaExpanded={open} onClick={show}>
          {say("controls.kpisChosen", { n: kpis.selected.length })}
        </Button>
      )}
    >
      {(close) => <Choices kpis={kpis} close={close} />}
    </PopUp>
  );
}

function Choices({ kpis, close }: { kpis: KpiChoice; close: () => void }) {
  const address = useAddress();
  const { say } = useWords();
  const [chosen, setChosen] = useState<readonly string[]>(kpis.selected);
  const sort = new URLSearchParams(address.search).get("sort")?.replace(/^-/, "");
  const apply = () => {
    close();
    const inOrder = kpis.choices.map(({ value }) => value).filter((value) => chosen.includes(value));
    const lost = kpis.selected.some((value) => value === sort && !inOrder.includes(value));
    address.go({ kpis: inOrder.join(","), ...(lost ? { sort: "usual" } : {}) });
  };
  return (
    <>
      <div className="pop-up-body">
        <ChoiceList
          allowMultiple
          title={say("controls.kpis")}
          choices={kpis.choices.map(({ value, label, help }) => ({ value, label, helpText: help }))}
          selected={[...chosen]}
          onChange={setChosen}
        />
      </div>
      <div className="pop-up-foot">
        <InlineStack gap="200" align="end">
          <Button onClick={() => setChosen(kpis.usual)}>{say("controls.reset")}</Button>
          <Button onClick={close}>{say("common.cancel")}</Button>
          <Button disabled={chosen.length === 0} onClick={apply}>
            {say("common.apply")}
          </Button>
        </InlineStack>
      </div>
    </>
  );
}
