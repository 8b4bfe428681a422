// Labelled facts, one a line.
import type { Fact } from "../../reports/views.ts";

export function FactList({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className="facts">
      {facts.map(({ label, value, help }) => (
        <div key={label} className="fact">
          <dt>
            {label}
            {help === null ? null : <span className="fact-help">{help}</span>}
          </dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
