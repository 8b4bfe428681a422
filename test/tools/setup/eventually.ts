// How long a test waits for what must come: far longer than it takes, so that a busy machine changes no verdict.
import { vi } from "vitest";

/** The answer of the first try that does not throw; the last error after two minutes. */
export function eventually<T>(attempt: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(attempt, { timeout: 120_000, interval: 20 });
}
