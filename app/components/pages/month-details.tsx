// What is known of months that differ from Shopify's figures: those that nothing explains in sight, the others on demand.
import { Text } from "@shopify/polaris";
import type { MonthDetail } from "../../reports/month-detail.server.ts";
import type { MonthsView, MonthView } from "../../reports/months.server.ts";
import { AdminLink } from "../bits/admin-link.tsx";
import { useWords } from "../bits/language.ts";

/** Where the month's square leads. */
export const anchorOf = ({ month }: MonthView): string => `month-${month}`;

export function MonthDetails({ differing, explained }: Pick<MonthsView, "differing" | "explained">) {
  return (
    <>
      {differing.map((row) => (
        <Month key={row.month} row={row} />
      ))}
      {explained === null ? null : (
        <details className="month-detail">
          <summary>{explained.text}</summary>
          {explained.months.map((row) => (
            <Month key={row.month} row={row} />
          ))}
        </details>
      )}
    </>
  );
}

function Month({ row }: { row: MonthView }) {
  const { say } = useWords();
  const { detail } = row;
  if (detail === null) return null;
  return (
    <details className="month-detail">
      <summary>
        {say(row.verdict === "explained" ? "dataPage.monthExplained" : "dataPage.monthDiffers", {
          month: row.label,
        })}
      </summary>
      {/* A link that leads into a closed element opens it; one that leads to it does not. */}
      <div id={anchorOf(row)} tabIndex={-1}>
        <Detail detail={detail} />
      </div>
    </details>
  );
}

function Detail({ detail }: { detail: MonthDetail }) {
  const { say } = useWords();
  return (
    <>
      <dl className="details">
        {detail.figures.map(({ label, shopify, ours, difference }) => (
          <div key={label} className="detail">
            <dt>
              {label}
              <span className="detail-help">{say("dataPage.bothFigures", { theirs: shopify, ours })}</span>
            </dt>
            <dd>{difference}</dd>
          </div>
        ))}
      </dl>
      {detail.unexplained === null ? null : <Text as="p">{detail.unexplained}</Text>}
      <ul>
        {detail.parts.map(({ text, amounts, orders }) => (
          <li key={text}>
            {text}
            {amounts === "" ? null : ` (${amounts})`}
            {orders.length === 0 ? null : (
              <span className="detail-help">
                {orders.map(({ id, name }, index) => (
                  <span key={id}>
                    {index === 0 ? null : ", "}
                    <AdminLink to={`orders/${id}`}>{name}</AdminLink>
                  </span>
                ))}
              </span>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
