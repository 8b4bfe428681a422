// An address of every route that the app has, from the names of its files: what holds for each is tried on each.
import { readdirSync } from "node:fs";

const files = readdirSync("app/routes");

/** An address of a file's, as Remix reads its name. */
function addressOf(file: string): string {
  const parts = file
    .replace(/\.tsx?$/, "")
    .replaceAll("[.]", "%")
    .split(".")
    .filter((part) => part !== "_index")
    .map((part) => (part.startsWith("$") ? "anything" : part.replaceAll("%", ".")));
  return `/${parts.join("/")}`;
}

export const addresses = files.map(addressOf);

/** Of those, what a merchant opens in the admin. */
export const pages = files.filter((file) => /^app\..*\.tsx$/.test(file)).map(addressOf);
