// The pages of Retention, as links that every one of them has under its title.
import { useWords } from "../bits/language.ts";
import { Link, useAddress } from "../router.ts";

const TABS = [
  { id: "cohorts", path: "/app/retention" },
  { id: "movement", path: "/app/retention/movement" },
] as const;
/** What one of the pages is asked and the others are not. */
const OWN = { was: null, becomes: null, sort: null, page: null };

export function RetentionTabs({ current }: { current: (typeof TABS)[number]["id"] }) {
  const { say } = useWords();
  const address = useAddress();
  return (
    <nav aria-label={say("retentionTabs.label")} className="between-cards">
      <ul className="page-tabs">
        {TABS.map(({ id, path }) => (
          <li key={id}>
            <Link to={address.href(OWN, path)} aria-current={id === current ? "page" : undefined}>
              {say(`retentionTabs.${id}`)}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
