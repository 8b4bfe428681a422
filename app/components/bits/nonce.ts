// The number of this answer, by which the page's policy knows the scripts that the server wrote into it. The browser never
// learns it: it hides the attribute, and what was written is there before React is.
import { createContext, useContext } from "react";

export const Nonce = createContext<string | undefined>(undefined);

export const useNonce = (): string | undefined => useContext(Nonce);
