// A program started beside this one: its log goes to a file, the log's tail is kept for the case that it dies, and it
// never outlives us.
import { spawn } from "node:child_process";
import { appendFileSync } from "node:fs";

const TAIL_LINES = 40;
/** The app gives itself ten seconds. */
const PATIENCE_MS = 15_000;

export interface ChildOptions {
  args: readonly string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
  logFile: string;
  /** Also shows the log here. */
  echo?: NodeJS.WritableStream;
}

export interface Child {
  readonly pid: number;
  /** Resolves when the program has ended, with how: "exit code 1" or "signal SIGKILL". */
  readonly ended: Promise<string>;
  /** Null while it runs. */
  end(): string | null;
  tail(): string;
  /** SIGTERM, and after fifteen seconds SIGKILL. Resolves when it has ended. */
  stop(): Promise<void>;
  /** At once, with everything that it started. */
  kill(): void;
}

/** Starts this Node with `args`. */
export function startChild({ args, cwd, env, logFile, echo }: ChildOptions): Child {
  const child = spawn(process.execPath, args, {
    cwd,
    env,
    // A group of its own: Ctrl-C in the terminal must reach us alone, so that things stop in order. The channel tells
    // the program when we are gone without having stopped it.
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let tail: string[] = [];
  const record = (chunk: Buffer) => {
    try {
      appendFileSync(logFile, chunk);
    } catch {
      // On a full disk the program goes on, and so does its log once there is room again.
    }
    echo?.write(chunk);
    const lines = ((tail.pop() ?? "") + chunk.toString("utf8")).split("\n");
    tail = [...tail, ...lines].slice(-TAIL_LINES - 1);
  };
  child.stdout?.on("data", record);
  child.stderr?.on("data", record);
  let end: string | null = null;
  const ended = new Promise<string>((resolve) => {
    const finish = (how: string) => {
      if (end !== null) return;
      end = how;
      resolve(how);
    };
    child.once("error", (error) => finish(error.message));
    child.once("exit", (code, signal) => {
      const how = signal ? `signal ${signal}` : `exit code ${code}`;
      // The last lines of its log arrive by "close"; a program that it left running may keep that from ever coming.
      child.once("close", () => finish(how));
      setTimeout(() => finish(how), 500);
    });
  });
  const pid = child.pid ?? 0;
  const kill = () => {
    try {
      if (pid > 0) process.kill(-pid, "SIGKILL");
    } catch {
      // The group is gone already.
    }
  };
  return {
    pid,
    ended,
    end: () => end,
    tail: () => tail.join("\n").trimEnd(),
    kill,
    async stop() {
      if (end === null) child.kill("SIGTERM");
      const impatient = setTimeout(kill, PATIENCE_MS);
      await ended;
      clearTimeout(impatient);
    },
  };
}
