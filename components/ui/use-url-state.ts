"use client";

import { usePathname, useRouter, useSearchParams } from "next/navigation";
import { useCallback } from "react";

/** Parameters of the page's URL, and how to set some of them; an empty value takes one out. Nothing is added to the history. */
export function useUrlState(): readonly [URLSearchParams, (changes: Readonly<Record<string, string>>) => void] {
  const params = useSearchParams();
  const path = usePathname();
  const router = useRouter();
  const set = useCallback(
    (changes: Readonly<Record<string, string>>) => {
      const next = new URLSearchParams(params);
      for (const [name, value] of Object.entries(changes)) {
        if (value === "") next.delete(name);
        else next.set(name, value);
      }
      const query = next.toString();
      router.replace(query === "" ? path : `${path}?${query}`, { scroll: false });
    },
    [params, path, router],
  );
  return [params, set];
}
