// An address of every route that the app has, from the names of its files: what holds for each is tried on each.
import { readdirSync } from "node:fs";

/** An address of each file's, as Remix reads its name. */
export const addresses = readdirSync("app/routes").map((file) => {
  const parts = file
    .replace(/\.tsx?$/, "")
    .replaceAll("[.]", "%")
    .split(".")
    .filter((part) => part !== "_index")
    .map((part) => (part.startsWith("$") ? "anything" : part.replaceAll("%", ".")));
  return `/${parts.join("/")}`;
});
