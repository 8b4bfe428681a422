// Observed: what customers have agreed to be sent. Of an address or a number only what was agreed is asked for.
import { z } from "zod";
import type { Stage } from "../../warehouse/warehouse.server.ts";
import type { ObservedResource } from "./observed-resource.ts";

const told = z.object({ state: z.string(), updatedAt: z.string().nullable() });

/** One customer's record has a consent for each channel. */
const stage = (channel: string, consent: string, state: string, at: string): Stage => ({
  table: "seen_consents",
  columns: {
    __typename: "VARCHAR",
    id: "VARCHAR",
    defaultEmailAddress: "STRUCT(marketingState VARCHAR, marketingUpdatedAt VARCHAR)",
    defaultPhoneNumber: `STRUCT(smsMarketingConsent STRUCT(state VARCHAR, updatedAt VARCHAR),
      whatsAppMarketingConsent STRUCT(state VARCHAR, updatedAt VARCHAR))`,
  },
  typename: "Customer",
  select: {
    customer_id: "gid_if_any(id)",
    channel: `'${channel}'`,
    state: `${consent}.${state}`,
    told_at: `utc_if_any(${consent}.${at})`,
    present: `${consent}.${state} IS NOT NULL`,
  },
});

export const consents: ObservedResource = {
  source: "consents",
  scopes: ["read_customers"],
  reads: {
    nodes: {
      name: "customers",
      type: "Customer",
      fields: [
        "defaultEmailAddress { marketingState marketingUpdatedAt }",
        "defaultPhoneNumber { smsMarketingConsent { state updatedAt } whatsAppMarketingConsent { state updatedAt } }",
      ],
      schema: z.object({
        defaultEmailAddress: z
          .object({ marketingState: z.string(), marketingUpdatedAt: z.string().nullable() })
          .nullable(),
        defaultPhoneNumber: z
          .object({ smsMarketingConsent: told, whatsAppMarketingConsent: told })
          .nullable(),
      }),
      connections: [],
    },
    whole: "bulk",
  },
  stages: [
    stage("email", "defaultEmailAddress", "marketingState", "marketingUpdatedAt"),
    stage("sms", "defaultPhoneNumber.smsMarketingConsent", "state", "updatedAt"),
    stage("whatsapp", "defaultPhoneNumber.whatsAppMarketingConsent", "state", "updatedAt"),
  ],
  webhooks: {
    route: "/webhooks/customers",
    topics: {
      "customers_marketing_consent/update": { ids: ["id"] },
      "customers_whats_app_marketing_consent/update": { ids: ["customer_id"] },
    },
    // customers/update comes with every order, and consents have topics of their own.
    heeds: [
      "customers_email_marketing_consent/update",
      "customers/create",
      "customers/delete",
      "customers/merge",
    ],
  },
};
