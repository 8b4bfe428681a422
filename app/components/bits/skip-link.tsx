// A way past what stands before the rows of a page's table, for those who go by keys; seen while it has the focus.
import { useWords } from "./language.ts";

/** The place where it leads; the next Tab is the first control of the table's rows. */
export const TABLE_ROWS = "rows";

export function SkipToTable() {
  const { say } = useWords();
  return (
    <a href={`#${TABLE_ROWS}`} className="skip-link">
      {say("common.skipToTable")}
    </a>
  );
}
