// A button that says in words what something means: for fingers, keys and pointers alike.
import { useWords } from "./language.ts";
import { PopUp } from "./pop-up.tsx";

export function Info({ about, text }: { about: string; text: string }) {
  const { say } = useWords();
  return (
    <PopUp
      label={about}
      activator={({ open, show }) => (
        <button
          type="button"
          className="info-button"
          aria-haspopup="dialog"
          aria-expanded={open}
          aria-label={say("controls.meaning", { about })}
          onClick={show}
        >
          <span aria-hidden="true">i</span>
        </button>
      )}
    >
      {(close) => (
        <div className="info-panel">
          <strong>{about}</strong>
          <p>{text}</p>
          <button type="button" className="plain-button" onClick={close}>
            {say("common.close")}
          </button>
        </div>
      )}
    </PopUp>
  );
}
