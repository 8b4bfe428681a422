// Follows a KPI of a segment on Home, or does no more.
import { Button } from "@shopify/polaris";
import { useWords } from "./language.ts";
import { useAction } from "../router.ts";

export function FollowButton({
  kpi,
  label,
  segment: { segmentation, segment },
  of,
  followed,
  plain = false,
}: {
  kpi: string;
  label: string;
  segment: { segmentation: string; segment: string };
  of: string;
  followed: boolean;
  plain?: boolean;
}) {
  const { say } = useWords();
  const { post, busy } = useAction("/app/follow");
  const named = { kpi: label, of };
  return (
    <Button
      disabled={busy}
      variant={plain ? "plain" : undefined}
      accessibilityLabel={say(followed ? "kpiPages.unfollowOf" : "kpiPages.followOf", named)}
      onClick={() => post({ kpi, within: `${segmentation}.${segment}`, on: followed ? "0" : "1" })}
    >
      {say(followed ? "kpiPages.unfollow" : "kpiPages.follow")}
    </Button>
  );
}
