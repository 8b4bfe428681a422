// A dialog in the middle of the window. The browser's own keeps the focus, closes on Escape and gives the focus back.
import { type ReactNode, useEffect, useState } from "react";

export function Dialog({
  label,
  close,
  children,
}: {
  label: string;
  close: () => void;
  children: ReactNode;
}) {
  const [dialog, setDialog] = useState<HTMLDialogElement | null>(null);
  useEffect(() => {
    if (!dialog) return;
    dialog.showModal();
    // The dialog's own box is what lies around the panel: a press on it is a press outside.
    const press = (event: MouseEvent) => {
      if (event.target === dialog) dialog.close();
    };
    dialog.addEventListener("click", press);
    return () => dialog.removeEventListener("click", press);
  }, [dialog]);
  return (
    <dialog ref={setDialog} className="dialog" aria-label={label} onClose={close}>
      <div className="dialog-panel">{children}</div>
    </dialog>
  );
}
