// What the app answers a page's script after the page itself is there.
import { useEffect, useState } from "react";

/** Null while it is on its way; "failed" where it did not come this time. */
export function useAnswer<T>(address: string): T | null | "failed" {
  const [found, setFound] = useState<{ address: string; answer: T | "failed" } | null>(null);
  useEffect(() => {
    const abort = new AbortController();
    const ask = async () => {
      const answer = await read<T>(address, abort.signal);
      if (!abort.signal.aborted) setFound({ address, answer });
    };
    void ask();
    return () => abort.abort();
  }, [address]);
  return found?.address === address ? found.answer : null;
}

async function read<T>(address: string, signal: AbortSignal): Promise<T | "failed"> {
  try {
    const response = await fetch(address, { signal });
    return response.ok ? ((await response.json()) as T) : "failed";
  } catch {
    return "failed";
  }
}
