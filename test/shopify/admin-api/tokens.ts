// Who may speak for the app in one shop: session tokens from the admin, offline and online tokens, refresh tokens.
import { createHmac, randomBytes, randomUUID, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { HOUR, DAY } from "./instants.ts";

const TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
const OFFLINE = "urn:shopify:params:oauth:token-type:offline-access-token";
const ONLINE = "urn:shopify:params:oauth:token-type:online-access-token";
const ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token";

const ACCESS_SECONDS = 3600;
const REFRESH_SECONDS = 7_776_000;
/** How long a refresh token that was replaced may be retried, unless its replacement is used first. */
const RETRY_MS = 30 * DAY;

export interface Credentials {
  clientId: string;
  secret: string;
}

interface AccessToken {
  kind: "offline" | "online";
  /** Null: does not expire. */
  expires: number | null;
}

interface RefreshToken {
  expires: number;
  replacedBy: Pair | null;
  replacedAt: number;
  /** The token that this one replaced: using this one ends the other. */
  replaces: string | null;
}

interface Pair {
  accessToken: string;
  refreshToken: string;
}

export interface TokenAnswer {
  status: number;
  body: Record<string, unknown>;
}

const requestSchema = z.object({
  client_id: z.string(),
  client_secret: z.string(),
  grant_type: z.string(),
  subject_token: z.string().optional(),
  subject_token_type: z.string().optional(),
  requested_token_type: z.string().optional(),
  refresh_token: z.string().optional(),
  expiring: z.union([z.string(), z.number()]).optional(),
});

const claimsSchema = z.object({
  aud: z.string(),
  dest: z.string(),
  exp: z.number(),
  nbf: z.number(),
  jti: z.string(),
  sub: z.string(),
});

const refused = (status: number, error: string, description: string): TokenAnswer => ({
  status,
  body: { error, error_description: description },
});

/** A JWT as the admin hands it to the embedded app; `now` in milliseconds. */
export function mintSessionToken(shop: string, app: Credentials, now: number, ttlSeconds: number): string {
  const seconds = Math.floor(now / 1000);
  const claims = {
    iss: `https://${shop}/admin`,
    dest: `https://${shop}`,
    aud: app.clientId,
    sub: "1",
    exp: seconds + ttlSeconds,
    nbf: seconds - 1,
    iat: seconds - 1,
    jti: randomUUID(),
    sid: randomUUID(),
  };
  const signed = `${encoded({ alg: "HS256", typ: "JWT" })}.${encoded(claims)}`;
  return `${signed}.${createHmac("sha256", app.secret).update(signed).digest("base64url")}`;
}

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

export class Tokens {
  readonly #shop: string;
  readonly #app: Credentials;
  readonly #now: () => number;
  readonly #access = new Map<string, AccessToken>();
  readonly #refresh = new Map<string, RefreshToken>();
  /** Session tokens handed out and still alive (by jti), and those that an uninstall has voided. */
  readonly #minted = new Map<string, number>();
  readonly #voided = new Set<string>();

  constructor(shop: string, app: Credentials, now: () => number) {
    this.#shop = shop;
    this.#app = app;
    this.#now = now;
  }

  sessionToken(ttlSeconds: number): string {
    const token = mintSessionToken(this.#shop, this.#app, this.#now(), ttlSeconds);
    const claims = claimsSchema.parse(payloadOf(token));
    for (const [jti, exp] of this.#minted) if (exp * 1000 < this.#now()) this.#minted.delete(jti);
    this.#minted.set(claims.jti, claims.exp);
    return token;
  }

  accepts(accessToken: string): boolean {
    const token = this.#access.get(accessToken);
    return token !== undefined && (token.expires === null || token.expires > this.#now());
  }

  /** The one endpoint for all grants. `scope` is what the merchant granted. */
  answer(body: unknown, scope: string): TokenAnswer {
    const request = requestSchema.safeParse(body);
    if (!request.success)
      return refused(400, "invalid_request", "Some required parameters are missing or malformed");
    const asked = request.data;
    if (asked.client_id !== this.#app.clientId || asked.client_secret !== this.#app.secret)
      return refused(401, "invalid_client", "Client authentication failed");
    if (asked.grant_type === "refresh_token") return this.#refreshed(asked.refresh_token, scope);
    if (asked.grant_type !== TOKEN_EXCHANGE)
      return refused(400, "unsupported_grant_type", `not simulated: grant type ${asked.grant_type}`);
    const subject = asked.subject_token ?? "";
    const known =
      asked.subject_token_type === ID_TOKEN
        ? this.#isSessionToken(subject)
        : asked.subject_token_type === OFFLINE && this.accepts(subject);
    if (!known) return refused(400, "invalid_subject_token", "The subject token is invalid or has expired");
    if (asked.requested_token_type === ONLINE) return this.#online(scope);
    if (asked.requested_token_type !== OFFLINE)
      return refused(400, "invalid_request", "The requested token type is not supported");
    return String(asked.expiring ?? "0") === "1" ? this.#expiring(scope) : this.#lasting(scope);
  }

  expireAll(): void {
    for (const token of this.#access.values()) token.expires = this.#now();
  }

  /** Uninstalled: no token of any kind works any more. */
  revokeAll(): void {
    this.#access.clear();
    this.#refresh.clear();
    for (const jti of this.#minted.keys()) this.#voided.add(jti);
    this.#minted.clear();
  }

  #isSessionToken(token: string): boolean {
    const [head = "", body = "", signature = ""] = token.split(".");
    const expected = createHmac("sha256", this.#app.secret).update(`${head}.${body}`).digest();
    const given = Buffer.from(signature, "base64url");
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return false;
    const claims = claimsSchema.safeParse(payloadOf(token));
    if (!claims.success) return false;
    const { aud, dest, exp, nbf, jti } = claims.data;
    const seconds = this.#now() / 1000;
    return (
      aud === this.#app.clientId &&
      dest === `https://${this.#shop}` &&
      exp > seconds &&
      nbf <= seconds + 10 &&
      !this.#voided.has(jti)
    );
  }

  #issue(kind: AccessToken["kind"], seconds: number | null): string {
    const token = `${kind === "offline" ? "shpat" : "shpua"}_${randomBytes(16).toString("hex")}`;
    this.#access.set(token, { kind, expires: seconds === null ? null : this.#now() + seconds * 1000 });
    return token;
  }

  #lasting(scope: string): TokenAnswer {
    return { status: 200, body: { access_token: this.#issue("offline", null), scope } };
  }

  #expiring(scope: string): TokenAnswer {
    return this.#pairAnswer(this.#pair(null), scope);
  }

  #pair(replaces: string | null): Pair {
    const refreshToken = `shprt_${randomBytes(16).toString("hex")}`;
    this.#refresh.set(refreshToken, {
      expires: this.#now() + REFRESH_SECONDS * 1000,
      replacedBy: null,
      replacedAt: 0,
      replaces,
    });
    return { accessToken: this.#issue("offline", ACCESS_SECONDS), refreshToken };
  }

  #pairAnswer(pair: Pair, scope: string): TokenAnswer {
    const left = (expires: number | null | undefined): number =>
      Math.max(0, Math.round(((expires ?? 0) - this.#now()) / 1000));
    return {
      status: 200,
      body: {
        access_token: pair.accessToken,
        scope,
        expires_in: left(this.#access.get(pair.accessToken)?.expires),
        refresh_token: pair.refreshToken,
        refresh_token_expires_in: left(this.#refresh.get(pair.refreshToken)?.expires),
      },
    };
  }

  #refreshed(given: string | undefined, scope: string): TokenAnswer {
    const token = given === undefined ? undefined : this.#refresh.get(given);
    if (given === undefined || token === undefined || token.expires <= this.#now())
      return refused(400, "invalid_grant", "The refresh token is invalid or has expired");
    // A client that never got the answer asks again and gets the same one.
    if (token.replacedBy !== null) {
      if (token.replacedAt + RETRY_MS <= this.#now())
        return refused(400, "invalid_grant", "The refresh token has been replaced");
      return this.#pairAnswer(token.replacedBy, scope);
    }
    if (token.replaces !== null) this.#refresh.delete(token.replaces);
    const pair = this.#pair(given);
    token.replacedBy = pair;
    token.replacedAt = this.#now();
    return this.#pairAnswer(pair, scope);
  }

  #online(scope: string): TokenAnswer {
    return {
      status: 200,
      body: {
        access_token: this.#issue("online", 24 * (HOUR / 1000) - 1),
        scope,
        expires_in: 86_399,
        associated_user_scope: scope,
        associated_user: {
          id: 1,
          first_name: "Sim",
          last_name: "Merchant",
          email: "merchant@example.com",
          email_verified: true,
          account_owner: true,
          locale: "en",
          collaborator: false,
        },
      },
    };
  }
}

function payloadOf(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
  } catch {
    return null;
  }
}
