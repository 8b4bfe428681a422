// Whether keys do anything, for whoever shows it or turns them on and off.
import { createContext, useContext } from "react";

export interface Keys {
  on: boolean;
  turn: (on: boolean) => void;
}

export const KeysContext = createContext<Keys>({ on: false, turn: () => undefined });

export const useKeys = (): Keys => useContext(KeysContext);
