// A change as its parts, from the one figure to the other: a table whose rows have a bar where the part begins and ends.
import type { BarView } from "../../reports/why.server.ts";
import type { ScreenId } from "../../words/screen.ts";
import { useWords } from "../bits/language.ts";
import { Link } from "../router.ts";

/** So much of the picture is left free on both sides. */
const ROOM = 0.05;

const CHANCE = {
  real: "whyPage.real",
  open: "whyPage.open",
  unknown: "whyPage.unknown",
} as const satisfies Record<Exclude<BarView["kind"], "whole">, ScreenId>;

export function Waterfall({
  bars,
  caption,
  rowsAt,
}: {
  bars: readonly BarView[];
  caption: string;
  /** Where the rows behind a bar are. */
  rowsAt: (bar: BarView) => string;
}) {
  const { say } = useWords();
  // Both figures are marks and not bars: next to them, parts drawn from 0 would be too small to see.
  const ends = bars.flatMap(({ kind, from, to }) => (kind === "whole" ? [to] : [from, to]));
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const spread = (high - low) * (1 + 2 * ROOM) || 1;
  const place = (value: number) => (100 * (value - low + (high - low) * ROOM)) / spread;
  const isTold = bars.some(({ kind }) => kind === "real" || kind === "open");
  return (
    <table className="waterfall">
      <caption className="visually-hidden">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">{say("whyPage.part")}</th>
          <td aria-hidden="true" />
          <th scope="col" className="numeric">
            {say("whyPage.change")}
          </th>
          {isTold ? <th scope="col">{say("whyPage.weight")}</th> : null}
        </tr>
      </thead>
      <tbody>
        {bars.map((bar) => {
          const { id, label, text, range, kind, from, to } = bar;
          return (
            <tr key={id} className={kind === "whole" ? "waterfall-whole" : undefined}>
              <th scope="row">
                <Link
                  to={rowsAt(bar)}
                  className="quiet-link"
                  aria-label={say("whyPage.rowsOf", { what: label })}
                >
                  {label}
                </Link>
              </th>
              <td aria-hidden="true" className="waterfall-picture">
                <span
                  className={`waterfall-bar waterfall-${kind} ${to < from ? "waterfall-down" : "waterfall-up"}`}
                  style={
                    kind === "whole"
                      ? { insetInlineStart: `${place(to)}%` }
                      : {
                          insetInlineStart: `${place(Math.min(from, to))}%`,
                          inlineSize: `${Math.abs(place(to) - place(from))}%`,
                        }
                  }
                />
              </td>
              <td className="numeric figure-value">{text}</td>
              {isTold ? (
                <td>
                  {kind === "whole" ? null : (
                    <>
                      {say(CHANCE[kind])}
                      {range === null ? null : <span className="figure-note">{range}</span>}
                    </>
                  )}
                </td>
              ) : null}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
