// Finds rows by what they are called; the address holds what is looked for.
import { useId, useState } from "react";
import { useWords } from "./language.ts";
import { useAddress } from "../router.ts";

export function FindField({ value }: { value: string }) {
  const address = useAddress();
  const { say } = useWords();
  const id = useId();
  const [text, setText] = useState(value);
  return (
    <form
      role="search"
      className="find-form"
      onSubmit={(event) => {
        event.preventDefault();
        address.go({ find: text.trim(), page: null });
      }}
    >
      <span className="field">
        <label htmlFor={id} className="field-label">
          {say("explainPage.find")}
        </label>
        <input
          id={id}
          type="search"
          className="field-control"
          maxLength={100}
          autoComplete="off"
          placeholder={say("explainPage.findHint")}
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
      </span>
      <button type="submit" className="field-control find-button">
        {say("explainPage.search")}
      </button>
    </form>
  );
}
