// What the framework keeps for itself and anybody can ask for by its name: an earlier way to a page's data, which it answers with
// 500, and the list of routes, which costs the more the deeper the paths are that are asked for.
import { BadInput } from "../errors.ts";

/** A page of ours is four deep, and links to some hundred others. */
const DEEP = 16;
const PARTS_AT_MOST = 512;

/** What to say of an address that no browser asks for which runs the app's pages; null for any other. */
export function internalsOf({ url }: { url: string }): BadInput | null {
  const [path, ...query] = url.split("?");
  const asked = new URLSearchParams(query.join("?"));
  if (asked.has("_data"))
    return new BadInput('There is no parameter "_data". The data of a page are at its address with ".data".');
  if (path !== "/__manifest") return null;
  const depths = asked.getAll("p").map((each) => each.split("/").length);
  if (depths.some((depth) => depth > DEEP))
    return new BadInput(`"p" must be a path of at most ${DEEP - 1} parts.`);
  if (depths.reduce((sum, depth) => sum + depth, 0) > PARTS_AT_MOST)
    return new BadInput(`All "p" together must have at most ${PARTS_AT_MOST} parts.`);
  return null;
}
