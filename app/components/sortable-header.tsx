// A column's head that sorts: a link, so that the order is part of the address.
import type { Column } from "../reports/home.server.ts";
import { Link, useAddress } from "./router.ts";

const arrows = { ascending: "▲", descending: "▼" } as const;

/** `first` is the direction of the first click; the next one turns it round, the third takes it away. */
export function SortableHeader({
  column,
  numeric,
  first,
}: {
  column: Column;
  numeric: boolean;
  first: "ascending" | "descending";
}) {
  const address = useAddress();
  const second = first === "ascending" ? "descending" : "ascending";
  const next = column.sorted === "none" ? first : column.sorted === first ? second : null;
  const sort = next === null ? null : next === "descending" ? `-${column.id}` : column.id;
  return (
    <th scope="col" className={numeric ? "numeric" : undefined} aria-sort={column.sorted}>
      <Link to={address.href({ sort, page: null })} preventScrollReset title={column.help || undefined}>
        {column.sorted === "none" ? null : (
          <span aria-hidden="true" className="sort-arrow">
            {arrows[column.sorted]}
          </span>
        )}
        {column.label}
      </Link>
    </th>
  );
}
