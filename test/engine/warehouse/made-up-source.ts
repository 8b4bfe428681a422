// A source that the app does not have: notes that were observed of customers. Declared here and nowhere else.
import { schema } from "../../../app/warehouse/schema/schema.ts";
import { type Source, table } from "../../../app/warehouse/schema/source.ts";

const notes = {
  kind: "observed",
  tables: {
    customer_notes: table(
      {
        customer_id: "BIGINT NOT NULL",
        told_by_customer_id: "BIGINT",
        written_at: "TIMESTAMP NOT NULL",
        fee: "BIGINT",
      },
      {
        names: { customer_id: { trace: "row" }, told_by_customer_id: { trace: "link", with: ["fee"] } },
        money: ["fee"],
        indexes: { customer_notes_by_customer: { on: "customer_id" } },
        listedBy: ["written_at"],
      },
    ),
  },
} as const satisfies Source;

export const sources = { ...schema.sources, notes };

/** Customer, who told it, and the fee in minor units. */
export const noteOf = (customer: number, by: number | null, fee: number): string =>
  `INSERT INTO customer_notes (customer_id, told_by_customer_id, written_at, fee)
   VALUES (${customer}, ${by ?? "NULL"}, TIMESTAMP '2026-03-01 10:00:00', ${fee})`;
