// While other figures are on their way, the old ones turn into grey bars of the same size, so that nothing moves. That they
// come and that they have come is said as well.
import { type ReactNode, useState } from "react";
import { useWords } from "./language.ts";
import { useLoading } from "../router.ts";

export function Busy({ children }: { children: ReactNode }) {
  const busy = useLoading();
  const { say } = useWords();
  const [was, setWas] = useState(false);
  if (busy && !was) setWas(true);
  return (
    <div className={busy ? "busy" : undefined} aria-busy={busy}>
      <div role="status" className="visually-hidden">
        {busy ? say("state.loading") : was ? say("state.updated") : ""}
      </div>
      {children}
    </div>
  );
}
