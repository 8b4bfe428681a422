// Secrets at rest: AES-256-GCM with keys from TOKEN_KEYS, as v1.<key id>.<nonce>.<ciphertext and tag>. To rotate, put a new
// key first and keep the old one behind it; token-rotation.server.ts writes every token anew, and then the old key can go.
// A token that no key can read any more is replaced at the merchant's next visit.
import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { env } from "../env.server.ts";

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Encrypts with the first key. `context` names the place of the secret: the result can be read only there. */
export function encrypt(secret: string, context: string, keys: readonly string[] = env().TOKEN_KEYS): string {
  const [first] = keys;
  if (!first) throw new Error("TOKEN_KEYS lists no key");
  const key = Buffer.from(first, "base64");
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(context));
  const sealed = Buffer.concat([cipher.update(secret, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return ["v1", keyId(key), nonce.toString("base64url"), sealed.toString("base64url")].join(".");
}

/** Throws when no listed key wrote the text, or when it was changed or moved to another place. */
export function decrypt(text: string, context: string, keys: readonly string[] = env().TOKEN_KEYS): string {
  const [version, id, nonce, sealed] = text.split(".");
  if (version !== "v1" || !id || !nonce || !sealed) throw new Error("this is not an encrypted value");
  const key = keys.map((one) => Buffer.from(one, "base64")).find((one) => keyId(one) === id);
  if (!key) throw new Error(`it was encrypted with key ${id}, which TOKEN_KEYS does not list`);
  const bytes = Buffer.from(sealed, "base64url");
  const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64url"), {
    authTagLength: TAG_BYTES,
  }).setAAD(Buffer.from(context));
  try {
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(0, -TAG_BYTES)), decipher.final()]).toString("utf8");
  } catch (error) {
    throw new Error("it was changed since it was encrypted", { cause: error });
  }
}

/** Whether the text was written with the first key. */
export function isCurrent(text: string, keys: readonly string[] = env().TOKEN_KEYS): boolean {
  return text.split(".")[1] === keyId(Buffer.from(keys[0] ?? "", "base64"));
}

/** Names a key without telling anything about it. */
function keyId(key: Buffer): string {
  return createHash("sha256").update(key).digest("hex").slice(0, 8);
}
