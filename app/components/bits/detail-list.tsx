// Labelled details, one a line.
import type { Detail } from "../../reports/views.ts";

export function DetailList({ details }: { details: readonly Detail[] }) {
  return (
    <dl className="details">
      {details.map(({ label, value, help }) => (
        <div key={label} className="detail">
          <dt>
            {label}
            {help === null ? null : <span className="detail-help">{help}</span>}
          </dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
