// The two ways in which a job ends without having done its work.
import { type Failure } from "../failure.ts";
import { kept } from "../kept-failure.ts";
import { wellFormedText } from "../well-formed.ts";
import { GIVEN_BACK } from "./contract.ts";

/** What the queue keeps of a job's end: what operators read, and in the last line what pages make their sentence of. */
export const lastErrorOf = (operators: string, reason: Failure): string =>
  `${wellFormedText(operators)}\n${kept(reason)}`;

/** The queue keeps the message; one that it could not keep would end the worker. */
export class JobFailed extends Error {
  constructor(operators: string, reason: Failure, cause: unknown) {
    super(lastErrorOf(operators, reason), { cause });
    this.name = new.target.name;
  }
}

/** The process stops: what this job had not done yet it does in the next one. No failure, and no attempt. */
export class BrokenOff extends Error {
  constructor(cause: unknown) {
    super(GIVEN_BACK, { cause });
    this.name = new.target.name;
  }
}
