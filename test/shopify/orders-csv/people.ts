// Who ordered. An e-mail address is a person, as in Shopify; a phone number alone is the person who has given it together
// with an e-mail address, before or after. Both are forgotten at once: only hashes are compared.
import { createHash } from "node:crypto";
import type { Row } from "./rows.ts";

type Contact = Pick<Row, "Email" | "Phone">;

/** A key per order, the same for the same person; null where there is neither. In the order given, oldest first. */
export function peopleOf(contacts: readonly Contact[]): (string | null)[] {
  const hashed = contacts.map(({ Email, Phone }) => ({
    email: digest(Email.toLowerCase()),
    phone: digest(Phone.replace(/[^\d+]/g, "").replace(/^00/, "+")),
  }));
  const emailOf = new Map<string, string>();
  for (const { email, phone } of hashed)
    if (email !== null && phone !== null && !emailOf.has(phone)) emailOf.set(phone, email);
  return hashed.map(({ email, phone }) => email ?? (phone === null ? null : (emailOf.get(phone) ?? phone)));
}

const digest = (text: string): string | null =>
  text === "" ? null : createHash("sha256").update(text).digest("base64url").slice(0, 22);
