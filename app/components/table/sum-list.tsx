// A sum with its own numbers, and under it what each of its parts is; a part that is a KPI leads to how it came about itself.
import type { SumLine } from "../../reports/explain-words.server.ts";
import { Link } from "../router.ts";

export function SumList({ line, to }: { line: SumLine; to: (part: SumLine) => string }) {
  return (
    <div className="formula sum-list">
      <p>
        <Numbered line={line} to={to} strong /> ={" "}
        {line.inputs.length === 0
          ? line.formula
          : line.inputs.map(({ sign, line: input }) => (
              <span key={`${sign ?? ""} ${input.id} ${input.ofShop}`}>
                {sign === null ? "" : ` ${sign} `}
                <Numbered line={input} to={to} />
              </span>
            ))}
      </p>
      {line.inputs.length === 0 ? null : (
        <ul>
          {line.inputs.map(({ line: input }) => (
            <li key={`${input.id} ${input.ofShop}`}>
              <SumList line={input} to={to} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Only where a line begins with it, it is a link: once is enough. */
function Numbered({
  line,
  to,
  strong = false,
}: {
  line: SumLine;
  to: (part: SumLine) => string;
  strong?: boolean;
}) {
  const { label, text, isKpi } = line;
  const value = text === null ? null : <span className="figure-value">{text}</span>;
  return (
    <>
      {strong && isKpi ? <Link to={to(line)}>{label}</Link> : label}
      {value === null ? null : <> {strong ? <strong>{value}</strong> : value}</>}
    </>
  );
}
