// Whether the state database answers at all. One that hangs keeps whoever asks it waiting; here that is known within seconds,
// before a request takes a place for what nobody will answer.
import { setImmediate as turn, setTimeout as sleep } from "node:timers/promises";
import { openPool } from "../pool.server.ts";

export interface Pulse {
  /** False when no answer has come in time; at most one question is on its way. */
  answers(): Promise<boolean>;
  close(): Promise<void>;
}

const WITHIN_MS = 2_000;
/** An answer holds for so long. */
const FRESH_MS = 1_000;

/** On a connection of its own: work that waits for one says nothing about the server. */
export function openPulse(connectionString: string, { withinMs = WITHIN_MS } = {}): Pulse {
  const pool = openPool("pulse", {
    connectionString,
    max: 1,
    connectMs: 2 * withinMs,
    answerMs: 2 * withinMs,
  });
  let answeredAt = -Infinity;
  let verdict: Promise<boolean> | null = null;

  async function ask(): Promise<boolean> {
    let answer: boolean | null = null;
    const question = pool.query("SELECT 1").then(
      () => true,
      () => false,
    );
    const settled = question.then((answers) => {
      answer = answers;
      if (answers) answeredAt = performance.now();
      verdict = null;
      return answers;
    });
    await Promise.race([settled, sleep(withinMs, null, { ref: false })]);
    // A process that was busy itself runs its timers before it reads what came meanwhile.
    await turn();
    return answer ?? false;
  }

  return {
    answers: async () => {
      if (performance.now() - answeredAt < FRESH_MS) return true;
      return await (verdict ??= ask());
    },
    close: () => pool.end(),
  };
}
