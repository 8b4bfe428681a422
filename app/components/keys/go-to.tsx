// Goes to a page, a KPI or a segment by its name: a list that grows shorter with what is typed (WAI-ARIA's combobox).
import { useId, useState } from "react";
import type { Place } from "../../reports/places.server.ts";
import { useLanguage, useWords } from "../bits/language.ts";
import { useAnswer } from "../bits/use-answer.ts";
import { useAddress } from "../router.ts";
import { Dialog } from "./dialog.tsx";
import { placesNamed } from "./places-named.ts";

/** What a page's own figures were chosen by means nothing elsewhere. */
const LEFT = {
  page: null,
  sort: null,
  segment: null,
  chart: null,
  segmentation: null,
  within: null,
  find: null,
};

export function GoTo({ close }: { close: () => void }) {
  const { say } = useWords();
  const language = useLanguage();
  const address = useAddress();
  const id = useId();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const answer = useAnswer<{ places: readonly Place[] }>(
    `/api/places?locale=${encodeURIComponent(language)}`,
  );
  const isThere = answer !== null && answer !== "failed";
  const found = isThere ? placesNamed(text, answer.places) : [];
  const chosen = Math.min(at, found.length - 1);
  const visit = (place: Place | undefined) => {
    if (place === undefined) return;
    close();
    address.visit(LEFT, place.path);
  };
  const step = (by: number) => setAt(found.length === 0 ? 0 : (chosen + by + found.length) % found.length);
  return (
    <Dialog label={say("keys.go")} close={close}>
      <label htmlFor={id} className="field-label">
        {say("keys.go")}
      </label>
      <input
        id={id}
        className="field-control go-to-name"
        role="combobox"
        aria-expanded={found.length > 0}
        aria-controls={`${id}list`}
        aria-autocomplete="list"
        aria-activedescendant={found.length > 0 ? `${id}${chosen}` : undefined}
        autoComplete="off"
        maxLength={100}
        placeholder={say("keys.goHint")}
        value={text}
        onChange={({ target }) => {
          setText(target.value);
          setAt(0);
        }}
        onKeyDown={(event) => {
          if (event.key === "ArrowDown" || event.key === "ArrowUp") {
            event.preventDefault();
            step(event.key === "ArrowDown" ? 1 : -1);
          }
          if (event.key === "Enter") {
            event.preventDefault();
            visit(found[chosen]);
          }
        }}
      />
      <p role="status" className={found.length > 0 ? "visually-hidden" : "go-to-none"}>
        {answer === null
          ? say("keys.finding")
          : answer === "failed"
            ? say("keys.failed")
            : found.length === 0
              ? say("keys.notFound")
              : say("keys.found", { n: found.length })}
      </p>
      <ul id={`${id}list`} role="listbox" aria-label={say("keys.go")} className="options go-to">
        {found.map((place, index) => (
          <li key={place.path} role="presentation">
            <button
              type="button"
              id={`${id}${index}`}
              role="option"
              aria-selected={index === chosen}
              tabIndex={-1}
              className="option"
              onMouseMove={() => setAt(index)}
              onClick={() => visit(place)}
            >
              {place.label} <span className="figure-note">{place.kind}</span>
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
