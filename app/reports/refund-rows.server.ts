// The orders behind what was given back of what was sold in a month.
import { formatValue } from "../kpis/format.ts";
import { backRows, bothWays, type RefundMonth } from "../refunds/refunds.server.ts";
import { say } from "../words/words.server.ts";
import { readAddress } from "./address.ts";
import { ROWS_PER_PAGE } from "./explain-address.ts";
import { monthText, MONTHS_SHOWN } from "./refunds.server.ts";
import { customerOf, daysText, orderLink, rowsCount, type RowsView } from "./rows.server.ts";
import type { ReportedShop } from "./shop.server.ts";

export interface RefundRowsView {
  title: string;
  of: string;
  notices: readonly string[];
  toolbar: null;
  rows: RowsView;
}

const COLUMNS = ["amount", "day"];
const ORDERS = { rows: { of: "orders" }, strangers: true } as const;

/** `month` of the address is "2026-03"; one that is not told is replaced by the newest. */
export async function refundRowsView(shop: ReportedShop, params: URLSearchParams): Promise<RefundRowsView> {
  const { view, place, today } = shop;
  const { locale } = place;
  const { months } = await bothWays(view, today);
  const told = months.slice(-MONTHS_SHOWN).filter(({ reason }) => reason === null);
  const asked = told.find(({ from }) => from.slice(0, 7) === params.get("month"));
  const month: RefundMonth | undefined = asked ?? told.at(-1) ?? months.at(-1);
  if (month === undefined) throw new Error("the present month is among all");
  const named = monthText(month.from, place);
  const given = readAddress(params, shop, () => COLUMNS);
  const sort = given.sort ?? { by: "amount", descending: true };
  const read = (page: number) =>
    backRows(
      view,
      { month, today },
      { by: sort.by === "day" ? "day" : "amount", descending: sort.descending },
      { limit: ROWS_PER_PAGE, offset: (page - 1) * ROWS_PER_PAGE },
    );
  const first = await read(given.page);
  const pages = Math.max(1, Math.ceil(first.rows / ROWS_PER_PAGE));
  const page = Math.min(given.page, pages);
  const found = page === given.page ? first : await read(page);
  const money = (amount: number) => formatValue(amount, "money", place);
  const count = rowsCount(place, ORDERS, found.rows);
  const start = (page - 1) * ROWS_PER_PAGE + 1;
  const column = (id: string, label: string) => ({
    ...{ id, label, help: "" },
    sorted:
      sort.by === id
        ? sort.descending
          ? ("descending" as const)
          : ("ascending" as const)
        : ("none" as const),
  });
  return {
    title: say(place, "refunds.rowsTitle", { month: named }),
    of: say(place, "refunds.rowsOf", { month: named }),
    notices:
      params.has("month") && asked === undefined ? [say(place, "refunds.noMonth", { month: named })] : [],
    toolbar: null,
    rows: {
      count,
      together:
        found.rows === 0
          ? null
          : say(place, "explain.adds", {
              sums: say(place, "explain.sum", {
                what: say(place, "refunds.givenBack"),
                value: money(found.amount),
              }),
            }),
      showing:
        found.rows === 0
          ? say(place, "explain.none")
          : say(place, "explain.showing", { first: start, last: start + found.page.length - 1, rows: count }),
      head: say(place, "explainColumn.order"),
      customers: say(place, "explainColumn.customer"),
      days: column("day", say(place, "refunds.givenBackOn")),
      texts: [],
      columns: [column("amount", say(place, "refunds.givenBack"))],
      rows: found.page.map(({ order, name, customer, first: from, last, amount }) => ({
        id: String(order),
        head: orderLink(order, { name, isGuest: customer === null }, place),
        customer: customerOf(customer, place),
        day: daysText({ first: from, last }, locale, today, place),
        texts: [],
        values: [money(amount)],
        middle: null,
      })),
      ...{ page, pages },
    },
  };
}
