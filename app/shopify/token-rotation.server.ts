// Every stored token written anew with the first of TOKEN_KEYS, so that the other keys can be taken away.
import type { PrismaClient } from "../../prisma/generated/client.ts";
import { decrypt, encrypt, isCurrent } from "./encryption.server.ts";

export interface Rotation {
  /** Sessions whose tokens were written anew. */
  renewed: number;
  /** Sessions that needed nothing. */
  current: number;
  /** Sessions with a token that no listed key reads: they stay as they are, until the merchant's next visit. */
  unreadable: { shop: string; reason: string }[];
}

const FIELDS = ["accessToken", "refreshToken"] as const;
const AT_A_TIME = 500;

/** Safe beside a running app: a session that it renews meanwhile is left to it. */
export async function rotateTokens(db: PrismaClient, keys: readonly string[]): Promise<Rotation> {
  const result: Rotation = { renewed: 0, current: 0, unreadable: [] };
  for (let after = ""; ;) {
    const rows = await db.session.findMany({
      where: { id: { gt: after } },
      orderBy: { id: "asc" },
      take: AT_A_TIME,
    });
    const last = rows.at(-1);
    if (!last) return result;
    after = last.id;
    for (const row of rows) {
      const old = FIELDS.flatMap((field) => {
        const text = row[field];
        return text !== null && !isCurrent(text, keys) ? [{ field, text }] : [];
      });
      try {
        const context = (field: string) => `${row.id} ${field}`;
        const data = Object.fromEntries(
          old.map(({ field, text }) => [
            field,
            encrypt(decrypt(text, context(field), keys), context(field), keys),
          ]),
        );
        if (old.length === 0) result.current += 1;
        else {
          const unchanged = { id: row.id, accessToken: row.accessToken, refreshToken: row.refreshToken };
          await db.session.updateMany({ where: unchanged, data });
          result.renewed += 1;
        }
      } catch (error) {
        result.unreadable.push({ shop: row.shop, reason: error instanceof Error ? error.message : "" });
      }
    }
  }
}
