// Replaces the vendored Admin API schema by the one in a pinned release of @shopify/dev-mcp:
//   node test/shopify/schema/renew.mjs
// For another release change VERSION and INTEGRITY (npm view @shopify/dev-mcp@<version> dist.integrity) and, with
// another API version, API_VERSION here and in ../admin-api/schema.ts; then correct NOTICE.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

const VERSION = "1.16.0";
const INTEGRITY =
  "sha512-tqgRnK7sQhjew+htxtleTH23nXB5fZcsrhWgEkomsorGXvLOB2mh2upwZm8uzuTDNTZnqtLMe64yIwh6s2awtw==";
const API_VERSION = "2026-10";

const file = `admin_${API_VERSION}.json.gz`;
const inside = `package/dist/data/${file}`;
const directory = mkdtempSync(join(tmpdir(), "renew-schema-"));
try {
  // A pack downloads the package without its 369 MB of dependencies.
  execFileSync("npm", ["pack", `@shopify/dev-mcp@${VERSION}`, "--silent"], { cwd: directory, stdio: "ignore" });
  const archive = join(directory, `shopify-dev-mcp-${VERSION}.tgz`);
  const found = `sha512-${createHash("sha512").update(readFileSync(archive)).digest("base64")}`;
  if (found !== INTEGRITY) throw new Error(`The package's integrity is ${found}, expected ${INTEGRITY}.`);
  execFileSync("tar", ["-xzf", archive, "-C", directory, inside, "package/LICENSE"]);
  const schema = JSON.parse(gunzipSync(readFileSync(join(directory, inside))).toString());
  const types = schema.data?.__schema?.types?.length ?? 0;
  const scopes = schema.offline_scopes?.items?.length ?? 0;
  if (types < 1000 || scopes < 1000) throw new Error(`${inside} holds ${types} types and ${scopes} scopes.`);
  const target = fileURLToPath(new URL(file, import.meta.url));
  copyFileSync(join(directory, inside), target);
  const digest = createHash("sha256").update(readFileSync(target)).digest("hex");
  console.log(`${file}: ${types} types, ${scopes} scopes, sha256 ${digest}`);
  console.log(`Licence of the package:\n${readFileSync(join(directory, "package/LICENSE"), "utf8")}`);
} finally {
  rmSync(directory, { recursive: true, force: true });
}
