// Shopify's sessions in the database: both tokens encrypted, and of a member of staff nothing but the id. Tokens of one
// shop may arrive from several places at once; the one that lives longest stays.
import { Session, type shopifyApp } from "@shopify/shopify-app-remix/server";
import type { PrismaClient, Session as Row } from "../../prisma/generated/client.ts";
import { decrypt, encrypt } from "./encryption.server.ts";
import { log } from "../log.server.ts";

/** Of an offline access token for which Shopify tells no end: as long as those for which it does. */
export const UNTOLD_LIFE_MS = 3_600_000;

type SessionStorage = NonNullable<Parameters<typeof shopifyApp>[0]["sessionStorage"]>;
/** A client or a transaction of one. */
type Database = Pick<PrismaClient, "session" | "$executeRaw">;

export class PrismaSessions implements SessionStorage {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * Stores the session, unless a token that expires later is there already: page loads run side by side, each may have
   * fetched a token, and neither an older token nor the news that it was refused may undo a newer one.
   */
  async storeSession(session: Session): Promise<boolean> {
    const row = toRow(session);
    await this.#db.$executeRaw`
      INSERT INTO "Session" AS stored
        ("id", "shop", "state", "isOnline", "scope", "expires", "accessToken", "refreshToken", "refreshTokenExpires", "userId")
      VALUES (${row.id}, ${row.shop}, ${row.state}, ${row.isOnline}, ${row.scope}, ${row.expires}, ${row.accessToken},
        ${row.refreshToken}, ${row.refreshTokenExpires}, ${row.userId})
      ON CONFLICT ("id") DO UPDATE SET
        "shop" = excluded."shop", "state" = excluded."state", "isOnline" = excluded."isOnline",
        "scope" = excluded."scope", "expires" = excluded."expires", "accessToken" = excluded."accessToken",
        "refreshToken" = excluded."refreshToken", "refreshTokenExpires" = excluded."refreshTokenExpires",
        "userId" = excluded."userId"
      WHERE stored."accessToken" IS NULL OR stored."expires" IS NULL OR excluded."expires" IS NULL
        OR excluded."expires" >= stored."expires"`;
    return true;
  }

  /** Puts `next` in the place of `previous` if that is still what is stored; says whether it did. */
  async replaceSession(previous: Session, next: Session): Promise<boolean> {
    const where = { id: previous.id, expires: previous.expires ?? null };
    const { count } = await this.#db.session.updateMany({ where, data: toRow(next) });
    return count === 1;
  }

  /** A session whose tokens cannot be read any more is as good as none: the next visit of the merchant brings a new one. */
  async loadSession(id: string): Promise<Session | undefined> {
    const row = await this.#db.session.findUnique({ where: { id } });
    return row ? toSession(row) : undefined;
  }

  async deleteSession(id: string): Promise<boolean> {
    return this.deleteSessions([id]);
  }

  async deleteSessions(ids: string[]): Promise<boolean> {
    await this.#db.session.deleteMany({ where: { id: { in: ids } } });
    return true;
  }

  async findSessionsByShop(shop: string): Promise<Session[]> {
    const rows = await this.#db.session.findMany({ where: { shop } });
    return rows.flatMap((row) => toSession(row) ?? []);
  }
}

/** A time that is none, or beyond the calendar, tells no end. */
const END_OF_TIME = Date.parse("9999-01-01T00:00:00Z");
const told = (at: Date | undefined) => (at !== undefined && at.getTime() < END_OF_TIME ? at : null);

function toRow(session: Session): Row {
  const seal = (field: "accessToken" | "refreshToken") =>
    session[field] ? encrypt(session[field], `${session.id} ${field}`) : null;
  const offline = !session.isOnline;
  const user = session.onlineAccessInfo?.associated_user.id;
  return {
    id: session.id,
    shop: session.shop,
    state: session.state,
    isOnline: session.isOnline,
    scope: session.scope ?? null,
    expires:
      told(session.expires) ??
      (offline && session.accessToken ? new Date(Date.now() + UNTOLD_LIFE_MS) : null),
    accessToken: seal("accessToken"),
    refreshToken: seal("refreshToken"),
    refreshTokenExpires: told(session.refreshTokenExpires),
    userId: user === undefined ? null : BigInt(user),
  };
}

function toSession(row: Row): Session | undefined {
  const { expires, refreshTokenExpires, userId, ...rest } = row;
  try {
    for (const field of ["accessToken", "refreshToken"] as const)
      rest[field] &&= decrypt(rest[field], `${row.id} ${field}`);
  } catch (error) {
    log.error({ shop: row.shop, err: error }, "a stored token cannot be read");
    return undefined;
  }
  const all = {
    ...rest,
    expires: expires?.getTime(),
    refreshTokenExpires: refreshTokenExpires?.getTime(),
    userId: userId === null ? undefined : Number(userId),
  };
  const present = Object.entries(all).flatMap(([name, value]): [string, string | number | boolean][] =>
    value === null || value === undefined ? [] : [[name, value]],
  );
  return Session.fromPropertyArray(present, true);
}
