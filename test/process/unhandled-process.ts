// A process in which a promise fails that nobody waits for. Its argument says of what; it prints that it went on, or that it was
// told to end.
import { setImmediate as nextTurn } from "node:timers/promises";
import { onUnhandled } from "../../app/process/unhandled.ts";

onUnhandled((_, said) => {
  process.stdout.write(said);
  process.exit(1);
});
const [message = ""] = process.argv.slice(2);
const fail = async () => {
  if (message === "left") AbortSignal.abort().throwIfAborted();
  throw new Error(message);
};
void fail();
await nextTurn();
process.stdout.write("went on");
