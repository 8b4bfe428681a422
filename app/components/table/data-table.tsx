// The one table of the app: a caption, heads that stay while the page scrolls, a first column that stays while the table
// scrolls sideways in its own box, which the keyboard can reach. Polaris' own loses its sticky first column.
import { type ReactNode, type RefObject, useEffect, useRef, useState } from "react";
import type { Column } from "../../reports/segment-table.server.ts";
import { Info } from "../bits/info.tsx";
import { useWords } from "../bits/language.ts";
import { Link, useAddress } from "../router.ts";

export interface Head {
  id: string;
  label: string;
  /** What the column holds, behind a button of its own. */
  help?: string;
  numeric?: boolean;
  /** The label is read, not seen. */
  hidden?: boolean;
  /** Where the column can be sorted by: how it is now, and the direction of the first press. */
  sort?: {
    now: Column["sorted"];
    first: "ascending" | "descending";
    /** What the address says for the table's own order. */
    off?: string;
  };
}

export interface Row {
  id: string;
  head: ReactNode;
  cells: readonly ReactNode[];
  total?: boolean;
  /** Something long about the row, across the whole table under it. */
  more?: ReactNode;
}

export function DataTable({
  caption,
  heads,
  rows,
  folded = null,
  tall = false,
  stacked = false,
  className,
  rowsId,
}: {
  caption: string;
  heads: readonly Head[];
  rows: readonly Row[];
  /** Rows that one line stands for until they are asked for. */
  folded?: { text: string; rows: readonly Row[] } | null;
  /** The table scrolls up and down in a box of its own. */
  tall?: boolean;
  /** On a phone the cells of a row stand under its head. */
  stacked?: boolean;
  className?: string;
  /** Where a link to the rows leads: to the first that is no total. */
  rowsId?: string;
}) {
  const { say } = useWords();
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const fits = useFits(box) && !tall;
  const first = rows.find(({ total }) => total !== true);
  const names = ["table-box", fits && "table-fits", tall && "table-tall", stacked && "table-stacked"];
  return (
    <div
      ref={box}
      className={names.filter(Boolean).join(" ")}
      role="region"
      aria-label={caption}
      tabIndex={fits ? undefined : 0}
    >
      <table className={className === undefined ? "kpi-table" : `kpi-table ${className}`}>
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {heads.map((head) => (
              <HeadCell key={head.id} head={head} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <RowLines key={row.id} row={row} heads={heads} target={row === first ? rowsId : undefined} />
          ))}
          {folded === null ? null : (
            <tr className="fold-row">
              <td colSpan={heads.length}>
                <button type="button" className="fold" aria-expanded={open} onClick={() => setOpen(!open)}>
                  {say(open ? "controls.hideRows" : "controls.showRows", { rows: folded.text })}
                </button>
              </td>
            </tr>
          )}
          {open ? folded?.rows.map((row) => <RowLines key={row.id} row={row} heads={heads} />) : null}
        </tbody>
      </table>
    </div>
  );
}

/** Whether the box is as wide as what is in it. A box that scrolls would hold the heads fast to itself. */
function useFits(box: RefObject<HTMLElement | null>): boolean {
  const [fits, setFits] = useState(false);
  useEffect(() => {
    const element = box.current;
    const content = element?.firstElementChild;
    if (!element || !content) return;
    const observer = new ResizeObserver(() => setFits(content.scrollWidth <= element.clientWidth));
    observer.observe(element);
    observer.observe(content);
    return () => observer.disconnect();
  }, [box]);
  return fits;
}

function RowLines({ row, heads, target }: { row: Row; heads: readonly Head[]; target?: string | undefined }) {
  const names = [row.total && "total-row", row.more && "has-more"].filter(Boolean).join(" ");
  return (
    <>
      <tr className={names || undefined} id={target} tabIndex={target === undefined ? undefined : -1}>
        <th scope="row">{row.head}</th>
        {row.cells.map((cell, index) => {
          const head = heads[index + 1];
          return (
            <td key={head?.id ?? index} className={head?.numeric ? "numeric" : undefined}>
              {cell}
            </td>
          );
        })}
      </tr>
      {row.more ? (
        <tr className="more-row">
          <td colSpan={heads.length}>{row.more}</td>
        </tr>
      ) : null}
    </>
  );
}

function HeadCell({ head: { id, label, help, numeric, hidden, sort } }: { head: Head }) {
  return (
    <th scope="col" className={numeric ? "numeric" : undefined} aria-sort={sort?.now}>
      <span className="head-cell">
        {hidden ? (
          <span className="visually-hidden">{label}</span>
        ) : sort ? (
          <SortLink id={id} label={label} {...sort} />
        ) : (
          <span>{label}</span>
        )}
        {help ? <Info about={label} text={help} /> : null}
      </span>
    </th>
  );
}

const arrows = { ascending: "▲", descending: "▼", none: "↕" } as const;

/** A link, so that the order is part of the address. The second press turns it round, the third takes it away. */
function SortLink({ id, label, now, first, off }: { id: string; label: string } & NonNullable<Head["sort"]>) {
  const address = useAddress();
  const second = first === "ascending" ? "descending" : "ascending";
  const next = now === "none" ? first : now === first ? second : null;
  const sort = next === null ? (off ?? null) : next === "descending" ? `-${id}` : id;
  return (
    <Link to={address.href({ sort, page: null })} preventScrollReset replace>
      {label}
      <span aria-hidden="true" className={now === "none" ? "sort-arrow sort-faint" : "sort-arrow"}>
        {arrows[now]}
      </span>
    </Link>
  );
}
