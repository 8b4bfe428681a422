// A square for each month, a line for each year; a sign in each says what its colour says.
import type { MonthsPicture as Picture, MonthView } from "../../reports/months.server.ts";
import { useWords } from "../bits/language.ts";
import { anchorOf } from "../pages/month-details.tsx";

const signs = { agrees: "✓", explained: "≈", differs: "≠", not_comparable: "–" } as const;

export function MonthsPicture({ picture: { heads, years, legend } }: { picture: Picture }) {
  const { say } = useWords();
  return (
    <div className="agreement">
      <table className="agreement-months">
        <caption className="visually-hidden">{say("dataPage.picture")}</caption>
        <thead>
          <tr>
            <td />
            {heads.map(({ short, long }) => (
              <th key={long} scope="col">
                <span aria-hidden="true">{short}</span>
                <span className="visually-hidden">{long}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {years.map(({ year, months }) => (
            <tr key={year}>
              <th scope="row">{year}</th>
              {months.map((month, index) => (
                <td key={index}>{month === null ? null : <Square month={month} />}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <ul className="agreement-legend">
        {legend.map(({ verdict, text }) => (
          <li key={verdict}>
            <span aria-hidden="true" className={`agreement-square agreement-${verdict}`}>
              {signs[verdict]}
            </span>
            {text}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Square({ month }: { month: MonthView }) {
  const { verdict, label, result, detail } = month;
  const { say } = useWords();
  const name = say("common.labelled", { label, value: result });
  const look = { className: `agreement-square agreement-${verdict}`, title: name };
  const content = (
    <>
      <span aria-hidden="true">{signs[verdict]}</span>
      <span className="visually-hidden">{name}</span>
    </>
  );
  return detail === null ? (
    <span {...look}>{content}</span>
  ) : (
    <a {...look} href={`#${anchorOf(month)}`}>
      {content}
    </a>
  );
}
