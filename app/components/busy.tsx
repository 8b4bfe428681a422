// While other figures are on their way, the old ones turn into grey bars of the same size, so that nothing moves.
import type { ReactNode } from "react";
import { useLoading } from "./router.ts";

export function Busy({ children }: { children: ReactNode }) {
  const busy = useLoading();
  return (
    <div className={busy ? "busy" : undefined} aria-busy={busy}>
      <div role="status" className="visually-hidden">
        {busy ? "Loading figures" : ""}
      </div>
      {children}
    </div>
  );
}
