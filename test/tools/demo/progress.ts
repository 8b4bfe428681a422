// The first sync's progress in the terminal: one line drawn again and again, or a few plain lines where the output
// goes to a file or another program.
import type { SyncProgress } from "./merchant.ts";

const PHASES: Record<SyncProgress["phase"], string> = {
  not_started: "Waiting for the first sync",
  counting: "Counting orders",
  orders: "Reading orders",
  customers: "Reading customers",
  closing_sweep: "Looking for changes made meanwhile",
  complete: "Synced",
  failed: "The first sync failed",
};
const BAR = 24;
const PLAIN_EVERY_MS = 5_000;

const count = (value: number) => Math.round(value).toLocaleString("en");

/** "Reading orders  ████░░  12,400 of about 48,000 orders and customers · 3,100 a second · 12 s left" */
export function progressLine(state: SyncProgress): string {
  const parts: string[] = [];
  const { rows, expectedRows, ratePerSecond, secondsLeft } = state;
  const share = expectedRows && rows > 0 ? Math.min(1, rows / expectedRows) : null;
  if (rows > 0)
    parts.push(
      `${expectedRows ? `${count(rows)} of about ${count(expectedRows)}` : count(rows)} orders and customers`,
    );
  if (state.phase !== "complete") {
    if (ratePerSecond) parts.push(`${count(ratePerSecond)} a second`);
    // What is read last was in no estimate: a second left would be said for many.
    if (secondsLeft !== null && secondsLeft >= 2) parts.push(`${count(secondsLeft)} s left`);
  }
  const full = share === null ? 0 : Math.round(share * BAR);
  const bar =
    share === null || state.phase === "complete" ? "" : `${"█".repeat(full)}${"░".repeat(BAR - full)}`;
  return [PHASES[state.phase], bar, parts.join(" · ")].filter(Boolean).join("  ");
}

export interface Progress {
  show(state: SyncProgress): void;
  /** Ends the line; what follows begins on a new one. */
  end(): void;
}

export function openProgress(output: NodeJS.WriteStream): Progress {
  let last = { phase: "", at: 0 };
  let drawn = false;
  return {
    show(state) {
      const line = progressLine(state);
      if (output.isTTY) {
        // Cut to the terminal's width: a wrapped line could not be drawn over.
        output.write(`\r\x1b[2K${line.slice(0, Math.max(20, output.columns - 1))}`);
        drawn = true;
      } else if (state.phase !== last.phase || Date.now() - last.at > PLAIN_EVERY_MS) {
        output.write(`${line}\n`);
        last = { phase: state.phase, at: Date.now() };
      }
    },
    end() {
      if (drawn) output.write("\n");
      drawn = false;
    },
  };
}
