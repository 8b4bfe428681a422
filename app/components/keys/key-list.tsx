// The keys there are, and the switch that turns them off.
import { Button, Text } from "@shopify/polaris";
import { useWords } from "../bits/language.ts";
import { Dialog } from "./dialog.tsx";
import { useKeys } from "./use-keys.ts";

const KEYS = [
  ["D", "period"],
  ["C", "compare"],
  ["/", "search"],
  ["?", "list"],
] as const;

export function KeyList({ close }: { close: () => void }) {
  const { say } = useWords();
  return (
    <Dialog label={say("keys.title")} close={close}>
      <KeySwitch />
      <form method="dialog" className="dialog-foot">
        <Button submit>{say("keys.close")}</Button>
      </form>
    </Dialog>
  );
}

/** What each key does, and whether they do. */
export function KeySwitch() {
  const { say } = useWords();
  const { on, turn } = useKeys();
  return (
    <div className="keys">
      <Text as="h2" variant="headingMd">
        {say("keys.title")}
      </Text>
      <dl className="key-list">
        {KEYS.map(([key, does]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{say(`keys.${does}`)}</dd>
          </div>
        ))}
      </dl>
      <Text as="p" tone="subdued">
        {say("keys.help")}
      </Text>
      <p role="status">
        {say("common.labelled", { label: say("keys.use"), value: say(on ? "keys.on" : "keys.off") })}
      </p>
      <Button onClick={() => turn(!on)}>{say(on ? "keys.turnOff" : "keys.turnOn")}</Button>
    </div>
  );
}
