"use client";

import { useSearchParams } from "next/navigation";
import { useCallback } from "react";

type UrlChanges = Readonly<Record<string, string | readonly string[]>>;

/**
 * Parameters of the page's URL, and how to set some of them; an empty value takes one out, a list sets one several times. Nothing is
 * added to the history, and nothing is asked of the server: what is on screen follows at once, also while the engine or the console's
 * server does not answer.
 */
export function useUrlState(): readonly [URLSearchParams, (changes: UrlChanges) => void] {
  const params = useSearchParams();
  const set = useCallback((changes: UrlChanges) => {
    const next = new URLSearchParams(window.location.search);
    for (const [name, value] of Object.entries(changes)) {
      if (typeof value === "string" && value !== "") {
        next.set(name, value);
        continue;
      }
      next.delete(name);
      if (typeof value !== "string") for (const each of value) next.append(name, each);
    }
    const query = next.toString();
    // Next follows the browser's own history (docs: "Native History API"), so `useSearchParams` above renders again.
    window.history.replaceState(null, "", query === "" ? window.location.pathname : `?${query}`);
  }, []);
  return [params, set];
}
