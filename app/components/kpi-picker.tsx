// Chooses the table's KPIs; they stand in the order of the catalogue.
import { Box, Button, ChoiceList, InlineStack, Popover } from "@shopify/polaris";
import { LayoutColumns3Icon } from "@shopify/polaris-icons";
import { useState } from "react";
import type { KpiChoice } from "../reports/toolbar.ts";
import { useAddress } from "./router.ts";

export function KpiPicker({ kpis }: { kpis: KpiChoice }) {
  const address = useAddress();
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState<readonly string[]>(kpis.selected);
  const close = () => setOpen(false);
  const apply = () => {
    close();
    const inOrder = kpis.choices.map(({ value }) => value).filter((value) => chosen.includes(value));
    const usual =
      inOrder.length === kpis.usual.length && inOrder.every((value) => kpis.usual.includes(value));
    address.go({ kpis: usual ? null : inOrder.join(","), sort: null });
  };

  return (
    <Popover
      active={open}
      onClose={close}
      preferredAlignment="right"
      activator={
        <Button icon={LayoutColumns3Icon} disclosure onClick={() => setOpen(!open)}>
          {`KPIs (${kpis.selected.length})`}
        </Button>
      }
    >
      <Popover.Pane>
        <Box padding="300">
          <ChoiceList
            allowMultiple
            title="KPIs in the table"
            choices={kpis.choices.map(({ value, label, help }) => ({ value, label, helpText: help }))}
            selected={[...chosen]}
            onChange={setChosen}
          />
        </Box>
      </Popover.Pane>
      <Popover.Pane fixed>
        <Box padding="300">
          <InlineStack gap="200" align="end">
            <Button onClick={() => setChosen(kpis.usual)}>Usual ones</Button>
            <Button disabled={chosen.length === 0} onClick={apply}>
              Apply
            </Button>
          </InlineStack>
        </Box>
      </Popover.Pane>
    </Popover>
  );
}
