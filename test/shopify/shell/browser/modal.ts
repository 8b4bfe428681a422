// <ui-modal> and <s-modal> of the stand-in App Bridge, drawn as a <dialog> over the app's page. Nothing is added to the
// document before a modal is shown.
export {};

const labelOf = (element: Element) => (element.textContent ?? "").trim();
let shown = 0;

class ModalElement extends HTMLElement {
  /** Where the app's framework portals the modal's content to. */
  content: HTMLElement = document.createElement("div");
  private dialog: HTMLDialogElement | null = null;

  private controls() {
    return Array.from(
      this.querySelectorAll<HTMLElement>(
        "ui-title-bar button, ui-title-bar a, [slot=primary-action], [slot=secondary-actions]",
      ),
    );
  }
  show = async () => {
    if (this.dialog) return;
    const dialog = document.createElement("dialog");
    const title = document.createElement("h2");
    title.textContent =
      this.getAttribute("heading") ?? this.querySelector("ui-title-bar")?.getAttribute("title") ?? "";
    title.id = `modal-title-${++shown}`;
    dialog.setAttribute("aria-labelledby", title.id);
    const close = Object.assign(document.createElement("button"), { type: "button", textContent: "Close" });
    close.onclick = () => dialog.close();
    const header = document.createElement("header");
    header.append(title, close);
    const footer = document.createElement("footer");
    for (const control of this.controls()) {
      const button = Object.assign(document.createElement("button"), {
        type: "button",
        textContent: labelOf(control),
      });
      const primary =
        control.getAttribute("variant") === "primary" || control.getAttribute("slot") === "primary-action";
      if (primary) button.className = "primary";
      button.onclick = () => control.click();
      footer.append(button);
    }
    const src = this.getAttribute("src");
    if (src) this.content.replaceChildren(Object.assign(document.createElement("iframe"), { src }));
    else if (!this.content.hasChildNodes())
      for (const child of this.children)
        if (child.localName !== "ui-title-bar" && !child.hasAttribute("slot"))
          this.content.append(child.cloneNode(true));
    dialog.className = `simulated-modal ${this.getAttribute("variant") ?? this.getAttribute("size") ?? "base"}`;
    dialog.append(header, this.content, footer);
    dialog.addEventListener("close", () => {
      this.dialog = null;
      dialog.remove();
      this.dispatchEvent(new Event("hide"));
    });
    this.dialog = dialog;
    document.documentElement.append(dialog);
    dialog.showModal();
    this.dispatchEvent(new Event("show"));
  };
  hide = async () => this.dialog?.close();
  toggle = () => (this.dialog ? this.hide() : this.show());
  disconnectedCallback() {
    void this.hide();
  }
}
customElements.define("ui-modal", ModalElement);
customElements.define("s-modal", class extends ModalElement {});

const sheet = new CSSStyleSheet();
sheet.insertRule("ui-modal, s-modal { display: none }");
sheet.insertRule(`dialog.simulated-modal { width: min(38rem, 92vw); max-height: 85vh; padding: 0; border: 0;
  border-radius: .75rem; box-shadow: 0 1rem 3rem #0006; font: .8125rem/1.5 system-ui, sans-serif; color: #303030 }`);
sheet.insertRule("dialog.simulated-modal.small { width: min(24rem, 92vw) }");
sheet.insertRule("dialog.simulated-modal.large { width: min(61rem, 92vw) }");
sheet.insertRule("dialog.simulated-modal::backdrop { background: #0008 }");
sheet.insertRule(`dialog.simulated-modal > header, dialog.simulated-modal > footer { display: flex; gap: .5rem;
  align-items: center; padding: .75rem 1rem; background: #f3f3f3 }`);
sheet.insertRule("dialog.simulated-modal > header > h2 { flex: 1; margin: 0; font-size: .875rem }");
sheet.insertRule("dialog.simulated-modal > footer { justify-content: flex-end }");
sheet.insertRule(
  "dialog.simulated-modal iframe { display: block; width: 100%; height: 60vh; border: 0; overflow: auto }",
);
sheet.insertRule(`dialog.simulated-modal > header button, dialog.simulated-modal > footer button { font: inherit;
  padding: .25rem .75rem; border: 1px solid #8a8a8a; border-radius: .5rem; background: #fff; color: inherit }`);
sheet.insertRule("dialog.simulated-modal > footer button.primary { background: #303030; color: #fff }");

document.adoptedStyleSheets.push(sheet);
