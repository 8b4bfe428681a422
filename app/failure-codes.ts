// All that may go wrong, by code, with what the sentence of each needs (words/server/failures.ts has the sentences).

/** Every code, with the names of its parameters. */
export const failures = {
  /** Nobody foresaw it: the log has it beside the number. */
  unforeseen: ["number"],
  /** A sentence that an earlier version of the app has kept. */
  earlier: ["text"],
  /** A code of another version of the app. */
  foreign: ["code"],
  /** Of an address or a form: what is wrong with it, as a programmer reads it. */
  quoted: ["text"],

  database_away: [],
  disk_full: [],
  memory_short: [],
  warehouse_away: [],
  starting: [],
  slow_query: ["milliseconds"],
  many_questions: [],
  many_lists: [],
  ledger_broken: ["orders", "example"],
  copy_not_usable: [],
  being_updated: [],
  copy_broken: [],
  copy_newer: [],
  clock_older: ["shop", "ours", "theirs"],
  not_ready: ["shop"],
  no_webhook: [],
  no_job: [],
  redactions_unreadable: [],
  error_forgotten: [],
  killed: [],

  not_let_in: [],
  revoked_not_installed: ["shop"],
  revoked_withdrawn: ["shop"],
  revoked_ended: ["shop"],
  revoked_renewal: ["shop", "reason"],
  revoked_token: ["shop"],
  revoked_forbidden: ["shop"],
  revoked_scope: ["shop"],
  revoked_not_granted: ["shop", "scopes"],
  revoked_quoted: ["shop", "text"],
  paused_frozen: ["shop"],
  paused_locked: ["shop"],
  paused_unavailable: ["shop"],
  starts_anew: ["shop"],
  unknown_time_zone: ["shop", "timeZone"],

  unanswered_token: ["shop"],
  unanswered_status: ["shop", "status"],
  unanswered_busy: ["shop"],
  unanswered_throttled: ["shop"],
  unanswered_unusable: ["shop"],
  unanswered_quoted: ["shop", "text"],
  unanswered_link: ["shop"],
  unanswered_file: ["shop"],
  unanswered_file_status: ["shop", "status"],
  unanswered_no_file: ["shop", "operation", "rows"],

  bulk_ended: ["status"],
  bulk_ended_by: ["status", "reason"],

  unusable_form: ["issues"],
  unusable_value: [],
  unusable_id: ["id"],
  unusable_quoted: ["text"],
  file_value: ["file"],
  file_value_in_line: ["file", "line"],
  file_line_too_long: ["file", "line", "bytes"],
  file_orphans: ["file", "rows"],
  file_orphans_of: ["file", "rows", "part"],
  file_too_long: ["file"],
  file_miscounted: ["file", "lines", "rows"],

  notes_limit: [],
  notes_refused: ["text"],

  check_no_copy: [],
  check_removed: [],
  check_too_long: [],
  check_too_long_after: ["last"],
} as const satisfies Readonly<Record<string, readonly string[]>>;
