// A panel under the button that opens it; on a phone a sheet at the screen's foot. The browser's own dialog keeps the focus,
// closes on Escape and gives the focus back. Polaris' popover would make its button own the panel, so that a screen reader
// reads the whole panel as the button's name.
import { type ReactNode, useEffect, useRef, useState } from "react";

const GAP = 4;
const MARGIN = 8;

export function PopUp({
  label,
  activator,
  children,
  align = "start",
}: {
  /** The panel's name. */
  label: string;
  activator: (state: { open: boolean; show: () => void }) => ReactNode;
  /** Made anew at every opening, so that what was chosen and not applied is forgotten. */
  children: (close: () => void) => ReactNode;
  align?: "start" | "end";
}) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLSpanElement>(null);
  const [panel, setPanel] = useState<HTMLDialogElement | null>(null);
  const close = () => panel?.close();

  useEffect(() => {
    if (!panel) return;
    panel.showModal();
    if (box.current) place(panel, box.current.getBoundingClientRect(), align);
    // The dialog's own box is what lies around the panel: a press on it is a press outside.
    const press = (event: MouseEvent) => {
      if (event.target === panel) panel.close();
    };
    panel.addEventListener("click", press);
    return () => panel.removeEventListener("click", press);
  }, [panel, align]);

  return (
    <span ref={box} className="pop-up-box">
      {activator({ open, show: () => setOpen(true) })}
      {open ? (
        <dialog ref={setPanel} className="pop-up" aria-label={label} onClose={() => setOpen(false)}>
          <div className="pop-up-panel">{children(close)}</div>
        </dialog>
      ) : null}
    </span>
  );
}

/** Under the button where there is room, else as low as the window allows; it moves with the page. */
function place(panel: HTMLDialogElement, button: DOMRect, align: "start" | "end"): void {
  const { clientWidth, clientHeight } = document.documentElement;
  const [width, height] = [panel.offsetWidth, panel.offsetHeight];
  const within = (at: number, size: number, room: number) =>
    Math.max(MARGIN, Math.min(at, room - size - MARGIN));
  const left = within(align === "end" ? button.right - width : button.left, width, clientWidth);
  const top = within(button.bottom + GAP, height, clientHeight);
  panel.style.setProperty("--pop-up-left", `${left + window.scrollX}px`);
  panel.style.setProperty("--pop-up-top", `${top + window.scrollY}px`);
}
