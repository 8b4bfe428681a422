import { expect, test } from "vitest";
import { decrypt, encrypt } from "../../../app/shopify/encryption.server.ts";

const key = (name: string) => Buffer.alloc(32, name).toString("base64");
const token = "shpat_0123456789abcdef";

test("what is encrypted comes back, looks different each time and never like itself", () => {
  const [once, again] = [encrypt(token, "here"), encrypt(token, "here")];
  expect(decrypt(once, "here")).toBe(token);
  expect(decrypt(again, "here")).toBe(token);
  expect(once).not.toBe(again);
  expect(once).not.toContain(token);
});

test("a new first key encrypts, and older keys stay readable as long as they are listed", () => {
  const old = encrypt(token, "here", [key("old")]);
  const keys = [key("new"), key("old")];
  expect(decrypt(old, "here", keys)).toBe(token);
  const renewed = encrypt(decrypt(old, "here", keys), "here", keys);
  expect(decrypt(renewed, "here", [key("new")])).toBe(token);
  expect(() => decrypt(old, "here", [key("new")])).toThrow(/TOKEN_KEYS does not list/);
});

test("any change is noticed", () => {
  const text = encrypt(token, "here");
  const [version, id, nonce, sealed = ""] = text.split(".");
  const bytes = Buffer.from(sealed, "base64url");
  for (let i = 0; i < bytes.length; i++) {
    const bent = Buffer.from(bytes);
    bent.writeUInt8(bent.readUInt8(i) ^ 1, i);
    const changed = [version, id, nonce, bent.toString("base64url")].join(".");
    expect(() => decrypt(changed, "here")).toThrow("changed since it was encrypted");
  }
  expect(() => decrypt([version, id, nonce, "AAAA"].join("."), "here")).toThrow(
    "changed since it was encrypted",
  );
  expect(() => decrypt(text, "there")).toThrow("changed since it was encrypted");
  expect(() => decrypt(token, "here")).toThrow("not an encrypted value");
});
