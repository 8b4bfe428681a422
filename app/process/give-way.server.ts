// Who goes first where cores are scarce: the ingress and the database, then this process with its pages and merges. Says it in
// the two ways that Linux has; elsewhere, and without need, it changes nothing that anybody would notice.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import { log } from "../log.server.ts";

const NICE = os.constants.priority.PRIORITY_BELOW_NORMAL;

/** Lowers the priority of this process, its threads and those that they will make; processes that exist keep theirs. */
export function giveWay(): void {
  const threads = existsSync("/proc/self/task") ? readdirSync("/proc/self/task").map(Number) : [process.pid];
  for (const thread of threads) unlessRefused(() => os.setPriority(thread, NICE));
  // Sessions share the cores first and what is in them afterwards, unless control groups do; this one is ours if we lead it.
  if (leadsItsSession() && existsSync("/proc/self/autogroup"))
    unlessRefused(() => writeFileSync("/proc/self/autogroup", String(NICE)));
}

/** proc_pid_stat(5): after the name in parentheses come the state, the parent, the group and the session. */
function leadsItsSession(): boolean {
  if (!existsSync("/proc/self/stat")) return false;
  const stat = readFileSync("/proc/self/stat", "utf8");
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[3]) === process.pid;
}

/** A thread may have ended, and a system may allow none of it. */
function unlessRefused(step: () => void): void {
  try {
    step();
  } catch (error) {
    log.debug({ err: error }, "the app's priority could not be lowered");
  }
}
