// What becomes of the process when a promise fails and nobody was waiting for it, or an error is thrown where nobody can catch it:
// it is logged, and what passes by itself is left to pass; anything else leaves a state that nobody knows, and ends the process.
import { log } from "../log.server.ts";
import { outageOf } from "../outage.ts";

/** @param fail ends the process in order, for its keeper to start it anew */
export function onUnhandled(fail: (error: unknown, said: string) => void): void {
  process.on("unhandledRejection", (reason) => {
    const outage = outageOf(reason);
    // Whoever it was for has left, and with him who would have waited.
    if (reason instanceof DOMException && reason.name === "AbortError") return;
    if (outage !== null) log.error({ err: reason }, `${outage.name}: nobody was waiting for it`);
    else fail(reason, "a promise failed and nobody was waiting for it");
  });
  process.on("uncaughtException", (error) => fail(error, "an error was thrown that nobody caught"));
}
