// A button that says in words what something means: for fingers, keys and pointers alike.
import { PopUp } from "./pop-up.tsx";

export function Info({ about, text }: { about: string; text: string }) {
  return (
    <PopUp
      label={about}
      activator={({ open, show }) => (
        <button
          type="button"
          className="info-button"
          aria-haspopup="dialog"
          aria-expanded={open}
          aria-label={`What ${about} means`}
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
            Close
          </button>
        </div>
      )}
    </PopUp>
  );
}
