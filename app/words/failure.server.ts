// The sentence of what went wrong, made of its code where it is shown.
import type { Failure } from "../failure.ts";
import { type GivenTo } from "./message.ts";
import { type English, say } from "./words.server.ts";

type Place = Readonly<{ locale: string }>;

export function failureText(place: Place, { code, params }: Failure): string {
  const given = Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      typeof value === "string" ? value : failureText(place, value),
    ]),
  );
  // That each code's parameters are those of its message is a test's to hold (test/app/words/failures.test.ts).
  return say(
    place,
    `failures.${code}`,
    ...([given] as unknown as GivenTo<English, `failures.${typeof code}`>),
  );
}
