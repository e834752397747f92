import { useCallback, useEffect, useState } from "react";
import { openTyping, seeAddress, typeText, writeAddress } from "./find-typing.ts";
import type { TopologyUrl } from "./use-topology-url.ts";

const WRITE_DELAY_MS = 200;

/** The find text as typed; the address follows a moment later, because a browser that is asked to change it with every key drops some. */
export function useFindText(url: TopologyUrl): readonly [text: string, setText: (text: string) => void] {
  const { find, setFind } = url;
  const [known, setTyping] = useState(() => openTyping(find));
  const typing = seeAddress(known, find);
  if (typing !== known) setTyping(typing);
  const { text } = typing;
  useEffect(() => {
    if (text === find) return undefined;
    const timer = setTimeout(() => {
      setTyping((state) => writeAddress(state, text));
      setFind(text);
    }, WRITE_DELAY_MS);
    return () => clearTimeout(timer);
  }, [text, find, setFind]);
  const setText = useCallback((next: string) => setTyping((state) => typeText(state, next)), []);
  return [text, setText];
}
