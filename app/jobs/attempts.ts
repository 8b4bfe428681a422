// How often a job is tried: known to the queue and to the statement that puts a job beside its webhook.

/** With graphile's back-off (e^attempt seconds, e^10 at most) the last attempt comes after about ten hours. */
export const ATTEMPTS = 11;
