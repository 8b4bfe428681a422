// graphile-worker's own messages, in the app's log.
import { Logger } from "graphile-worker";
import { log } from "../log.server.ts";

const LEVELS = { error: "error", warning: "warn", info: "debug", debug: "trace" } as const;

/** @param expected messages that are no reason to look, whatever level they have */
export const queueLogger = (expected: (message: string) => boolean = () => false): Logger =>
  new Logger(({ label, taskIdentifier }) => (level, message) => {
    log[expected(message) ? "info" : LEVELS[level]]({ queue: label, job: taskIdentifier }, message);
  });
