// HTML by template literals: every value is escaped unless it is HTML made here.

export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Fragment = Html | string | number | null | undefined | false | readonly Fragment[];

const ESCAPES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function render(value: Fragment): string {
  if (value === null || value === undefined || value === false) return "";
  if (value instanceof Html) return value.text;
  if (typeof value === "string" || typeof value === "number")
    return String(value).replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
  return value.map(render).join("");
}

export function html(texts: TemplateStringsArray, ...values: Fragment[]): Html {
  return new Html(texts.reduce((whole, text, index) => whole + render(values[index - 1]) + text));
}
