// Customers by what kind they are: as their orders tell it, or their record, of which only today's is known.
import { languageName } from "../names.ts";
import type { RuledSegmentation, Segment, ValuedSegmentation } from "./segmentation.ts";

const notKnown = (when: string): Segment => ({
  id: "unknown",
  label: "Not known",
  description: "Customers of whom what is loaded does not tell it.",
  when,
});

export const b2b: RuledSegmentation = {
  kind: "ruled",
  family: "kind",
  label: "Companies and people",
  description: "Whether a customer's last order was placed for a company (B2B).",
  scores: {},
  reads: ["last_b2b"],
  segments: [
    { id: "company", label: "Companies", description: "The last order was for a company.", when: "last_b2b" },
    {
      id: "person",
      label: "People",
      description: "The last order was for no company.",
      when: "NOT last_b2b",
    },
    notKnown("TRUE"),
  ],
};

export const subscription: RuledSegmentation = {
  kind: "ruled",
  family: "kind",
  label: "Subscription",
  description:
    "Whether a customer's last order was of a subscription: goods bought by a selling plan, or an order that a subscription made by itself.",
  scores: {},
  reads: ["last_subscription"],
  segments: [
    {
      id: "subscriber",
      label: "Subscribers",
      description: "The last order was of a subscription.",
      when: "last_subscription",
    },
    {
      id: "one_time",
      label: "One-time buyers",
      description: "The last order was of no subscription.",
      when: "NOT last_subscription",
    },
    notKnown("TRUE"),
  ],
};

export const language: ValuedSegmentation = {
  kind: "valued",
  family: "kind",
  label: "Language",
  description: "The language in which a customer placed the last order.",
  fact: "last_language",
  valueIn: (column) => column,
  fold: (value) => value.toLowerCase(),
  limit: 12,
  order: "members",
  valueLabel: (value) => languageName(value, "en"),
  otherLabel: "Other languages",
};

export const webOrPos: RuledSegmentation = {
  kind: "ruled",
  family: "kind",
  label: "Online or point of sale",
  description:
    "Where customers had placed their orders: at a point of sale (the channels called Point of Sale), or anywhere else, such as the online store.",
  scores: {},
  reads: ["pos"],
  segments: [
    { id: "web", label: "Online only", description: "No order at a point of sale.", when: "pos = 0" },
    {
      id: "pos",
      label: "Point of sale only",
      description: "All orders at a point of sale.",
      when: "pos = orders",
    },
    {
      id: "both",
      label: "Both",
      description: "Some orders at a point of sale, others elsewhere.",
      when: "pos < orders",
    },
    notKnown("TRUE"),
  ],
};

export const emailConsent: RuledSegmentation = {
  kind: "ruled",
  family: "kind",
  label: "E-mail consent today",
  description:
    "Whether a customer takes e-mails, as the record says today, whatever the period: Shopify keeps no earlier consent. Who bought because of an e-mail is not told apart from who consented when buying.",
  scores: {},
  reads: ["email_consent"],
  segments: [
    {
      id: "subscribed",
      label: "Subscribed",
      description: "Takes e-mails today.",
      when: "email_consent = 'SUBSCRIBED'",
    },
    {
      id: "pending",
      label: "Pending",
      description: "Has not confirmed yet.",
      when: "email_consent = 'PENDING'",
    },
    {
      id: "unsubscribed",
      label: "Unsubscribed",
      description: "Took e-mails once, and does no longer.",
      when: "email_consent = 'UNSUBSCRIBED'",
    },
    {
      id: "not_subscribed",
      label: "Not subscribed",
      description: "Never took e-mails.",
      when: "email_consent = 'NOT_SUBSCRIBED'",
    },
    {
      id: "unknown",
      label: "No address or not known",
      description: "There is no usable address, or the record is not loaded.",
      when: "TRUE",
    },
  ],
};
