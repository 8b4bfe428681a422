// What went wrong, as a merchant is told of it: a sentence for every code of app/failure.ts.
import type { FailureCode } from "../../failure.ts";

export const failures = {
  unforeseen: "Something went wrong on our side. If it stays, tell the app's support this number: {number}.",
  earlier: "{text}",
  foreign:
    "Something went wrong that this version of the app has no words for. If it stays, tell the app's support its name: {code}.",
  quoted: "{text}",

  database_away:
    "The app can't reach its database, so nothing can be shown or saved right now. Your data are safe, and whatever changes in Shopify meanwhile is caught up on. Try again in a minute; if this stays, tell the app's support.",
  disk_full:
    "The app's disk is full, so new data can't be written right now. What is here is safe, and whatever changes in Shopify meanwhile is caught up on once there is room. If this stays, tell the app's support.",
  memory_short:
    "The app has more to do than its memory holds right now. Your data are safe, and whatever changes in Shopify meanwhile is caught up on. Try again in a minute; if this stays, tell the app's support.",
  warehouse_away:
    "The app is opening its figures anew, so nothing can be shown right now. Your data are safe, and whatever changes in Shopify meanwhile is caught up on. Try again in a minute; if this stays, tell the app's support.",
  starting: "The app is starting. Try again in a minute.",
  slow_query: "The query was given up after {milliseconds} ms.",
  many_questions: "Too many figures of this shop are asked for at once. Try again in a few seconds.",
  many_lists: "Too many files are being made at once. Export again in a minute.",
  ledger_broken:
    "The ledger does not add up: gross − discounts − reversals is not net in {orders} orders, among them {example}.",
  copy_not_usable: "The copy cannot be used. Tell the app's support.",
  being_updated:
    "Your figures are being updated for a new version of the app. Nothing is lost, and whatever changes in Shopify meanwhile is caught up on. Try again in a minute.",
  copy_broken:
    "The app's copy of your orders was damaged, so it is being read from Shopify anew. Nothing is lost in Shopify, and figures appear again as soon as the first orders are here. Try again in a minute.",
  copy_newer:
    "Your figures were stored by a newer version of the app than the one that answers here, so they can't be shown right now. Nothing is lost. Try again in a minute; if this stays, tell the app's support.",
  clock_older:
    "The days of {shop} are booked by newer time zone data ({theirs}) than this process has ({ours}): it waits until the app runs on one version of Node everywhere.",
  not_ready: "{shop} has no data yet: its first sync has not begun.",
  no_webhook: "That change isn't waiting to be run again.",
  no_job: "That job isn't waiting any more.",
  redactions_unreadable:
    "The list of customers who were erased can't be read, so nothing is added to the figures. Tell the app's support.",
  error_forgotten: "This error named a customer who has been erased since.",
  killed: "The process that ran it ended every time before it was done.",

  not_let_in:
    "Shopify isn't answering the app right now, so it can't sign in to your store. Nothing is lost. Try again in a minute.",
  revoked_not_installed: "{shop} no longer lets the app in: the app is not installed",
  revoked_withdrawn: "{shop} no longer lets the app in: its access token was withdrawn while it was renewed",
  revoked_ended: "{shop} no longer lets the app in: its access token has ended and cannot be renewed",
  revoked_renewal: "{shop} no longer lets the app in: the token's renewal was refused ({reason})",
  revoked_token: "{shop} no longer lets the app in: Shopify refuses its access token",
  revoked_forbidden: "{shop} no longer lets the app in: Shopify forbids the app to read it",
  revoked_scope: "{shop} no longer lets the app in: a scope is missing for its orders or customers",
  revoked_not_granted: "{shop} no longer lets the app in: it did not grant {scopes}",
  revoked_quoted: "{shop} no longer lets the app in: {text}",
  paused_frozen: "Shopify does not open {shop}: the store is frozen until its plan is paid",
  paused_locked: "Shopify does not open {shop}: the store is locked",
  paused_unavailable: "Shopify does not open {shop}: the store is not available",
  starts_anew: "The currency of {shop} has changed: its figures are being read again.",
  unknown_time_zone:
    "{shop} is in the time zone \"{timeZone}\", which this version of the app does not know: its days can't be told. A newer version may know it. Until then, choose another time zone in Shopify's settings.",

  unanswered_token: "Shopify did not answer for {shop}: its access token could not be renewed",
  unanswered_status: "Shopify did not answer for {shop}: status {status}",
  unanswered_busy: "Shopify did not answer for {shop}: too many requests",
  unanswered_throttled: "Shopify did not answer for {shop}: throttled",
  unanswered_unusable: "Shopify did not answer for {shop}: no usable answer",
  unanswered_quoted: "Shopify did not answer for {shop}: {text}",
  unanswered_link: "Shopify did not answer for {shop}: a bulk file's link leads to no store of Shopify's",
  unanswered_file: "Shopify did not answer for {shop}: a bulk file broke off",
  unanswered_file_status: "Shopify did not answer for {shop}: a bulk file answers with status {status}",
  unanswered_no_file: "Shopify did not answer for {shop}: {operation} has {rows} rows but no file",

  bulk_ended: "Bulk operation {status}",
  bulk_ended_by: "Bulk operation {status} ({reason})",

  unusable_form: "What Shopify sent can't be used: {issues}",
  unusable_value: "What Shopify sent can't be used: the app's database refuses a value of it.",
  unusable_id: "What Shopify sent can't be used: {id} is no id",
  unusable_quoted: "What Shopify sent can't be used: {text}",
  file_value: "What Shopify sent can't be used: a value of it can't be read ({file})",
  file_value_in_line: "What Shopify sent can't be used: a value of it can't be read ({file}, line {line})",
  file_line_too_long: "What Shopify sent can't be used: is longer than {bytes} bytes ({file}, line {line})",
  file_orphans: "What Shopify sent can't be used: {rows} name a parent that is not in the file ({file})",
  file_orphans_of:
    "What Shopify sent can't be used: {rows} rows of {part} name a parent that is not in the file ({file})",
  file_too_long: "What Shopify sent can't be used: is longer than Shopify said ({file})",
  file_miscounted:
    "What Shopify sent can't be used: holds {lines} rows where Shopify counted {rows} ({file})",

  notes_limit: "Shopify keeps no more notes of this app. Take some away, here or there.",
  notes_refused: "Shopify doesn't take a note: {text}",
  check_no_copy: "The app has no complete copy to check.",
  check_removed: "The app was removed from the shop.",
  check_too_long: "It could not be finished within two days.",
  check_too_long_after: "It could not be finished within two days. {last}",
} as const satisfies Readonly<Record<FailureCode, string>>;
