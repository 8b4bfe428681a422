// Customers by what kind they are: as their orders tell it, or their record, of which only today's is known.
import type { RuledSegmentation, ValuedSegmentation } from "./segmentation.ts";

const notKnown = (when: string) => ({ id: "unknown" as const, when });

export const b2b = {
  kind: "ruled",
  family: "kind",
  scores: {},
  reads: ["last_b2b"],
  segments: [{ id: "company", when: "last_b2b" }, { id: "person", when: "NOT last_b2b" }, notKnown("TRUE")],
} as const satisfies RuledSegmentation;

export const subscription = {
  kind: "ruled",
  family: "kind",
  scores: {},
  reads: ["last_subscription"],
  segments: [
    { id: "subscriber", when: "last_subscription" },
    { id: "one_time", when: "NOT last_subscription" },
    notKnown("TRUE"),
  ],
} as const satisfies RuledSegmentation;

export const language = {
  kind: "valued",
  family: "kind",
  fact: "last_language",
  valueIn: (column) => column,
  fold: (value) => value.toLowerCase(),
  limit: 12,
  order: "members",
  called: "language",
} as const satisfies ValuedSegmentation;

export const webOrPos = {
  kind: "ruled",
  family: "kind",
  scores: {},
  reads: ["pos"],
  segments: [
    { id: "web", when: "pos = 0" },
    { id: "pos", when: "pos = orders" },
    { id: "both", when: "pos < orders" },
    notKnown("TRUE"),
  ],
} as const satisfies RuledSegmentation;

export const emailConsent = {
  kind: "ruled",
  family: "kind",
  scores: {},
  reads: ["email_consent"],
  segments: [
    { id: "subscribed", when: "email_consent = 'SUBSCRIBED'" },
    { id: "pending", when: "email_consent = 'PENDING'" },
    { id: "unsubscribed", when: "email_consent = 'UNSUBSCRIBED'" },
    { id: "not_subscribed", when: "email_consent = 'NOT_SUBSCRIBED'" },
    { id: "unknown", when: "TRUE" },
  ],
} as const satisfies RuledSegmentation;
