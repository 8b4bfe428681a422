// Chooses a period: a named one with one press, or two days. Days stay texts such as 2026-10-31 from the field to the
// address; a Date of the browser would move them by its own time zone.
import {
  BlockStack,
  Box,
  Button,
  InlineGrid,
  InlineStack,
  OptionList,
  Popover,
  TextField,
} from "@shopify/polaris";
import { CalendarIcon } from "@shopify/polaris-icons";
import { useState } from "react";
import type { ToolbarView } from "../reports/toolbar.ts";
import { useAddress } from "./router.ts";

export function PeriodPicker({ period }: { period: ToolbarView["period"] }) {
  const address = useAddress();
  const [open, setOpen] = useState(false);
  const [days, setDays] = useState({ from: period.from, to: period.to });
  const close = () => setOpen(false);
  const fault =
    days.from === "" || days.to === ""
      ? "Enter both days."
      : days.to < days.from
        ? "The last day is before the first."
        : days.from > period.today
          ? "The first day is still to come."
          : null;

  return (
    <Popover
      active={open}
      onClose={close}
      preferredAlignment="left"
      fluidContent
      activator={
        <Button size="large" icon={CalendarIcon} disclosure onClick={() => setOpen(!open)}>
          {`${period.label}: ${period.range}`}
        </Button>
      }
    >
      <Popover.Pane>
        <OptionList
          options={period.choices.map((choice) => ({ ...choice }))}
          selected={[period.selected]}
          onChange={([chosen]) => {
            close();
            if (chosen)
              address.go({
                period: chosen === period.usual ? null : chosen,
                from: null,
                to: null,
                page: null,
              });
          }}
        />
      </Popover.Pane>
      <Popover.Pane fixed>
        <Box padding="300">
          <BlockStack gap="200">
            <InlineGrid columns="minmax(0, 1fr) minmax(0, 1fr)" gap="200">
              <TextField
                type="date"
                label="First day"
                autoComplete="off"
                value={days.from}
                max={period.today}
                onChange={(from) => setDays({ ...days, from })}
              />
              <TextField
                type="date"
                label="Last day"
                autoComplete="off"
                value={days.to}
                min={days.from}
                onChange={(to) => setDays({ ...days, to })}
                error={fault ?? undefined}
              />
            </InlineGrid>
            <InlineStack gap="200" align="end">
              <Button onClick={close}>Cancel</Button>
              <Button
                disabled={fault !== null}
                onClick={() => {
                  close();
                  address.go({ ...days, period: null, page: null });
                }}
              >
                Apply
              </Button>
            </InlineStack>
          </BlockStack>
        </Box>
      </Popover.Pane>
    </Popover>
  );
}
