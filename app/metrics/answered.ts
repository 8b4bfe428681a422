// When a request counts as answered, and as what.
import type { IncomingMessage, ServerResponse } from "node:http";

export interface Answered {
  /** The path's first two parts; empty where it has none. */
  first: string;
  second: string;
  /** The answer's, or "aborted" when its caller had gone. */
  status: string;
  seconds: number;
}

/** `note` is called once the answer is sent or its caller has gone. */
export function whenAnswered(
  request: IncomingMessage & { originalUrl?: string },
  response: ServerResponse,
  note: (answered: Answered) => void,
): void {
  const begun = performance.now();
  const [, first = "", second = ""] = (request.originalUrl ?? request.url ?? "").split(/[/?]/);
  response.once("close", () => {
    const status = response.writableFinished ? String(response.statusCode) : "aborted";
    note({ first, second, status, seconds: (performance.now() - begun) / 1000 });
  });
}
