// What the app's frame (App Bridge) and the admin around it say to each other by postMessage.

export interface MenuItem {
  label: string;
  href: string;
  /** The page that the app's own name leads to; not listed. */
  home: boolean;
}

export interface TitleAction {
  label: string;
  kind: "breadcrumb" | "primary" | "plain";
  disabled: boolean;
}

export type FromApp =
  /** A new document of the app has begun. */
  | { type: "document" }
  | { type: "idToken"; call: number }
  | { type: "confirmLeave"; call: number }
  /** The merchant is asked to grant more. The reply is "granted-all" or "declined-all". */
  | { type: "requestScopes"; call: number; scopes: string[] }
  | { type: "menu"; items: MenuItem[] }
  | { type: "title"; title: string | null; actions: TitleAction[] }
  | { type: "path"; path: string }
  | { type: "open"; url: string }
  | { type: "loading"; on: boolean }
  | { type: "toast"; id: string; message: string; duration: number; isError: boolean; action: string | null }
  | { type: "toastHide"; id: string }
  | { type: "saveBar"; showing: boolean; discardConfirmation: boolean };

export type ToApp =
  | { type: "reply"; call: number; value: string }
  | { type: "navigate"; href: string }
  | { type: "titleAction"; index: number }
  | { type: "saveBar"; pressed: "save" | "discard" }
  | { type: "toast"; id: string; pressed: "action" | "dismiss" };

/** Tells these messages from those of other scripts, such as developer tools. */
export type Enveloped<M> = { simulatedAdmin: M };
