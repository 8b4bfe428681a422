// Does to the app what a hostile shop can, until it is ended: in a process of its own, so that it delays nothing else. Its one
// argument is an Attack as JSON.
import os from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import "../setup/env.ts";
import { Hostility, type Sender } from "../../process/hostility.ts";

export type Attack = Omit<Sender, "token"> & { token: string };

/** Every quarter of a second. */
const EVERY_MS = 250;
const QUESTIONS = 100;
const WEBHOOKS = 10;
const UNREAD_FILES = 12;

const { token, ...shop } = JSON.parse(process.argv[2] ?? "") as Attack;
const hostility = new Hostility({ ...shop, token: () => token });
hostility.neverRead(UNREAD_FILES);
// It stands for other machines, which would not share the app's cores.
os.setPriority(os.constants.priority.PRIORITY_LOW);
for (;;) {
  void hostility.abandon(QUESTIONS);
  void hostility.flood(WEBHOOKS).catch(() => undefined);
  await sleep(EVERY_MS);
}
