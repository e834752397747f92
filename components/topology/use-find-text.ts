import { useEffect, useState } from "react";
import type { TopologyUrl } from "./use-topology-url.ts";

const WRITE_DELAY_MS = 200;

/** The find text as typed; the address follows a moment later, because a browser that is asked to change it with every key drops some. */
export function useFindText(url: TopologyUrl): readonly [text: string, setText: (text: string) => void] {
  const { find, setFind } = url;
  const [text, setText] = useState(find);
  const [written, setWritten] = useState(find);
  if (find !== written) {
    // The address was changed from elsewhere, by a link or the palette.
    setWritten(find);
    setText(find);
  }
  useEffect(() => {
    if (text === find) return undefined;
    const timer = setTimeout(() => {
      setWritten(text);
      setFind(text);
    }, WRITE_DELAY_MS);
    return () => clearTimeout(timer);
  }, [text, find, setFind]);
  return [text, setText];
}
