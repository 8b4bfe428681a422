// What customers have agreed to be sent, by channel and day: Shopify tells the last change alone. No address and no number.
import { type Source, table } from "./source.ts";

const tables = {
  /** A customer without an address or a number has no row of that channel. */
  consents: table(
    {
      customer_id: "BIGINT NOT NULL",
      /** email, sms, whatsapp. */
      channel: "VARCHAR NOT NULL",
      from_day: "DATE NOT NULL",
      to_day: "DATE NOT NULL",
      /** As Shopify names it: SUBSCRIBED, NOT_SUBSCRIBED, UNSUBSCRIBED, PENDING … */
      state: "VARCHAR",
      read_at: "TIMESTAMP NOT NULL",
    },
    {
      observed: { key: ["customer_id", "channel"], state: ["state"] },
      names: { customer_id: { trace: "row" } },
      indexes: { consents_by_customer: { on: "customer_id" } },
      listedBy: ["channel", "from_day"],
    },
  ),
};

export const consents = { kind: "observed", tables } as const satisfies Source;
