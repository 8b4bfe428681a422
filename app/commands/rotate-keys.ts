// npm run rotate-keys
import { db } from "../db.server.ts";
import { env } from "../env.server.ts";
import { sealKeysAnew } from "../sync/loading/redactions.ts";
import { rotateTokens } from "../shopify/token-rotation.server.ts";
import { command, currentState, say } from "./command.ts";

const HELP = `npm run rotate-keys
  Writes every stored access token, and the key of every list of erased customers, anew with the first of TOKEN_KEYS, so that the others can be taken away.
  Put the new key first, restart the app with both, run this, then drop the old key and restart again.
  The app may run. A token that no listed key can read is named and left: its shop signs in anew at the next visit.`;

await command(HELP, {}, async () => {
  await currentState();
  const { renewed, current, unreadable } = await rotateTokens(db, env().TOKEN_KEYS);
  const lists = await sealKeysAnew(db);
  for (const { shop, reason } of unreadable) say(`! ${shop}: ${reason}`);
  for (const shop of lists)
    say(
      `! ${shop}: the list of its erased customers cannot be read, so nothing is loaded for it. Keep that key.`,
    );
  say(`${renewed} written anew, ${current} already with the first key, ${unreadable.length} unreadable.`);
  say(
    unreadable.length + lists.length === 0
      ? "Only the first key is needed now."
      : "Of the listed keys only the first is needed now. If the key of the unreadable ones still exists, list it and run this again.",
  );
});
