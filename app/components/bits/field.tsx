// The fields of a toolbar: a label above a control of one height, so that no choice changes their places.
import { useId, useState } from "react";
import type { Picker } from "../../reports/toolbar.ts";
import { useWords } from "./language.ts";
import { useKeys } from "../keys/use-keys.ts";
import { useAddress, usePending } from "../router.ts";

export function FieldButton({
  label,
  text,
  expanded,
  shortcut,
  onClick,
}: {
  label: string;
  text: string;
  expanded: boolean;
  /** By which a key finds it, and that key. */
  shortcut: { name: string; key: string };
  onClick: () => void;
}) {
  const id = useId();
  const { on } = useKeys();
  return (
    <span className="field">
      <span id={`${id}label`} className="field-label">
        {label}
      </span>
      <button
        type="button"
        id={id}
        className="field-control"
        data-key={shortcut.name}
        aria-keyshortcuts={on ? shortcut.key : undefined}
        aria-haspopup="dialog"
        aria-expanded={expanded}
        aria-labelledby={`${id} ${id}label`}
        onClick={onClick}
      >
        {text}
      </button>
    </span>
  );
}

/** Keys that step through the choices of a closed list; a browser tells of each step as if it were chosen. */
const steps = (key: string): boolean =>
  /^(Arrow|Home$|End$|Page)/.test(key) || (key.length === 1 && key !== " ");

/**
 * One choice among several. It is shown at once and asked for when it is made: by a press, by Enter, or by leaving the field;
 * stepping through the list by keys asks for nothing.
 */
export function SelectField({
  picker: { name, label, selected, choices },
  clears = {},
}: {
  picker: Pick<Picker, "name" | "label" | "selected" | "choices">;
  /** Parameters that the choice makes meaningless. */
  clears?: Readonly<Record<string, null>>;
}) {
  const address = useAddress();
  const pending = usePending();
  const { say } = useWords();
  const id = useId();
  const [stepped, setStepped] = useState<string | null>(null);
  const [key, setKey] = useState("");
  const current = pending?.get(name) ?? selected;
  const choose = (value: string) => {
    setStepped(null);
    if (value !== current) address.go({ [name]: value, ...clears });
  };
  return (
    <span className="field">
      <label htmlFor={id} className="field-label">
        {label}
      </label>
      <select
        id={id}
        className="field-control"
        value={stepped ?? current}
        aria-describedby={stepped === null ? undefined : `${id}hint`}
        onPointerDown={() => setKey("")}
        onKeyDown={(event) => {
          setKey(event.key);
          if (event.key === "Enter" && stepped !== null) {
            event.preventDefault();
            choose(stepped);
          }
          if (event.key === "Escape") setStepped(null);
        }}
        onChange={({ target }) => (steps(key) ? setStepped(target.value) : choose(target.value))}
        onBlur={() => {
          if (stepped !== null) choose(stepped);
        }}
      >
        {[...Map.groupBy(choices, ({ group }) => group ?? "")].map(([group, among]) => {
          const options = among.map(({ value, label: text }) => (
            <option key={value} value={value}>
              {text}
            </option>
          ));
          return group === "" ? (
            options
          ) : (
            <optgroup key={group} label={group}>
              {options}
            </optgroup>
          );
        })}
      </select>
      <span id={`${id}hint`} role="status" className="field-hint">
        {stepped === null ? "" : say("controls.confirmStep")}
      </span>
    </span>
  );
}
