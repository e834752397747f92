"use client";

import { useSearchParams } from "next/navigation";
import { useCallback } from "react";

/**
 * Parameters of the page's URL, and how to set some of them; an empty value takes one out. Nothing is added to the history, and nothing is
 * asked of the server: what is on screen follows at once, also while the engine or the console's server does not answer.
 */
export function useUrlState(): readonly [URLSearchParams, (changes: Readonly<Record<string, string>>) => void] {
  const params = useSearchParams();
  const set = useCallback((changes: Readonly<Record<string, string>>) => {
    const next = new URLSearchParams(window.location.search);
    for (const [name, value] of Object.entries(changes)) {
      if (value === "") next.delete(name);
      else next.set(name, value);
    }
    const query = next.toString();
    // Next follows the browser's own history (docs: "Native History API"), so `useSearchParams` above renders again.
    window.history.replaceState(null, "", query === "" ? window.location.pathname : `?${query}`);
  }, []);
  return [params, set];
}
