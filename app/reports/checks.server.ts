// Checks of every order and customer in words: what the last one found, what was corrected since, what is under way.
import type { ChecksState } from "../reconcile/reconcile.server.ts";
import { instantOf } from "../warehouse/values.ts";
import { failureText } from "../words/failure.server.ts";
import { findings } from "../words/server/checks.ts";
import { say } from "../words/words.server.ts";
import type { Detail } from "./views.ts";
import { countText, momentText } from "./wording.server.ts";

type Result = NonNullable<ChecksState["lastNight"]>;
interface At {
  locale: string;
  timeZone: string;
  now: Date;
}

const STAGES = [
  "sweep",
  "listing",
  "checkouts",
  "products",
  "customers",
  "orders",
  "repair",
  "months",
] as const;

/** Of checks and of what is corrected between them. */
export function checkDetails({ lastNight, lastMended, nights }: ChecksState, at: At): Detail[] {
  const moment = (instant: string) => momentText(instantOf(instant), at.now, at);
  const made = countText(nights.made, at.locale);
  return [
    {
      label: say(at, "checks.last"),
      value: lastNight
        ? say(at, "checks.at", { moment: moment(lastNight.finishedAt), result: lastCheckText(lastNight, at) })
        : say(at, "checks.notYet"),
      help: say(at, "checks.lastHelp"),
    },
    ...(nights.made > 0
      ? [
          {
            label: say(at, "checks.made"),
            value:
              nights.made === nights.clean
                ? say(at, "checks.madeClean", { made })
                : say(at, "checks.madeSome", { made, clean: countText(nights.clean, at.locale) }),
            help: null,
          },
        ]
      : []),
    {
      label: say(at, "checks.mended"),
      value: lastMended
        ? say(at, "checks.at", { moment: moment(lastMended.finishedAt), result: listText(lastMended, at) })
        : say(at, "checks.noneMended"),
      help: say(at, "checks.mendedHelp"),
    },
  ];
}

/** "A check is under way: comparing orders." */
export function runningText(
  { stage, error }: NonNullable<ChecksState["running"]>,
  place: Pick<At, "locale">,
): string {
  const known = STAGES.find((each) => each === stage);
  const doing = { stage: say(place, `checks.${known ?? "starting"}`) };
  return error === null
    ? say(place, "checks.running", doing)
    : say(place, "checks.runningAgain", { ...doing, error: failureText(place, error) });
}

/** What a check found, after a colon: "1,900 orders and customers compared, no difference found." */
export function lastCheckText(result: Result, place: Pick<At, "locale">): string {
  if (result.error !== null)
    return say(place, "checks.unfinished", { error: failureText(place, result.error) });
  const compared = { n: result.checked };
  if (Object.keys(result.found).length === 0) return say(place, "checks.clean", compared);
  const found = { ...compared, found: listText(result, place) };
  return result.remaining === 0
    ? say(place, "checks.corrected", found)
    : say(place, "checks.leftOver", { ...found, left: countText(result.remaining, place.locale) });
}

const isKnown = (kind: string): kind is keyof typeof findings => Object.hasOwn(findings, kind);

/** What another version of the app found is told by its name. */
function listText({ found }: Result, place: Pick<At, "locale">): string {
  return Object.entries(found)
    .map(([kind, n = 0]) =>
      isKnown(kind) ? say(place, `findings.${kind}`, { n }) : `${countText(n, place.locale)} ${kind}`,
    )
    .join(", ");
}
