// The two ways in which a job ends without having done its work.
import { wellFormedText } from "../well-formed.ts";
import { GIVEN_BACK } from "./contract.ts";

/** The queue keeps the message, and pages show it; one that it could not keep would end the worker. */
export class JobFailed extends Error {
  constructor(reason: string, cause: unknown) {
    super(wellFormedText(reason), { cause });
    this.name = new.target.name;
  }
}

/** The process stops: what this job had not done yet it does in the next one. No failure, and no attempt. */
export class BrokenOff extends JobFailed {
  constructor(cause: unknown) {
    super(GIVEN_BACK, cause);
  }
}
