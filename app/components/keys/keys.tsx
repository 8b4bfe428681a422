// Single keys that do what a press of a button does. Whoever speaks to the computer presses letters without meaning to, so
// they can be turned off (WCAG 2.2, 2.1.4), and they do nothing in a field or a dialog.
import { type ReactNode, useCallback, useEffect, useMemo, useState } from "react";
import { useAction } from "../router.ts";
import { GoTo } from "./go-to.tsx";
import { KeyList } from "./key-list.tsx";
import { KeysContext } from "./use-keys.ts";

/** The control of a page that a key presses carries it as data-key. */
const PRESSED = new Map([
  ["d", "period"],
  ["c", "compare"],
]);

export function WithKeys({ initial, children }: { initial: boolean; children: ReactNode }) {
  const [on, setOn] = useState(initial);
  const [shown, setShown] = useState<"list" | "search" | null>(null);
  const { post } = useAction("/app/keys");
  const turn = useCallback(
    (next: boolean) => {
      setOn(next);
      post({ on: next ? "1" : "0" });
    },
    [post],
  );
  useEffect(() => {
    if (!on) return;
    const press = (event: KeyboardEvent) => {
      if (!isFree(event)) return;
      const control = PRESSED.get(event.key.toLowerCase());
      if (control !== undefined) {
        if (pressed(control)) event.preventDefault();
      } else if (event.key === "/" || event.key === "?") {
        event.preventDefault();
        setShown(event.key === "/" ? "search" : "list");
      }
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [on]);
  const keys = useMemo(() => ({ on, turn }), [on, turn]);
  const close = () => setShown(null);
  return (
    <KeysContext.Provider value={keys}>
      {children}
      {shown === "list" ? <KeyList close={close} /> : null}
      {shown === "search" ? <GoTo close={close} /> : null}
    </KeysContext.Provider>
  );
}

/** Nobody else waits for the key: no field, no dialog, no shortcut of the browser's. */
function isFree(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return false;
  const { target } = event;
  const isField =
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches("input, select, textarea, [role=combobox], [role=listbox]"));
  return !isField && document.querySelector("dialog[open], [role=dialog]") === null;
}

/** On a phone a control may be behind the button that opens the filters. */
function pressed(control: string): boolean {
  const seen = () =>
    [...document.querySelectorAll<HTMLElement>(`[data-key="${control}"]`)].find(
      (each) => each.offsetParent !== null,
    );
  if (seen() === undefined)
    document.querySelector<HTMLElement>(".toolbar-more[aria-expanded=false]")?.click();
  // The filters open with the next drawing.
  requestAnimationFrame(() => seen()?.click());
  return document.querySelector(`[data-key="${control}"]`) !== null;
}
