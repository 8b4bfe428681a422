// The other ways of grouping that tell most of a change: they take longer than a page, so that they come after it.
import { Text } from "@shopify/polaris";
import type { TellingView } from "../../reports/why-answer.server.ts";
import { useWords } from "./language.ts";
import { useAnswer } from "./use-answer.ts";
import { Link, useAddress } from "../router.ts";

export function TellingCuts({ from }: { from: string }) {
  const { say } = useWords();
  const address = useAddress();
  const answer = useAnswer<TellingView>(from);
  return (
    <div role="status">
      {answer === "failed" || answer === null ? (
        <Text as="p" tone="subdued">
          {say(answer === null ? "whyPage.searching" : "whyPage.notFound")}
        </Text>
      ) : answer.cuts.length === 0 ? (
        <Text as="p">{say("whyPage.noneTells")}</Text>
      ) : (
        <ul className="plain-list">
          {answer.cuts.map(({ by, label, text }) => (
            <li key={by}>
              <Link to={address.href({ segmentation: by })} replace>
                {say("whyPage.by", { cut: label })}
              </Link>
              {`: ${text}`}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
