import { useMemo } from "react";
import { useUrlState } from "@/components/ui/use-url-state.ts";
import { type Pins, parsePins, pinTexts } from "./pins.ts";
import type { Mark } from "./space-cells.ts";

/** What of the page stands in the address: pins, the marked configuration, ready versions only, and the filter. */
export function useSpaceUrl() {
  const [params, setParams] = useUrlState();
  const texts = params.getAll("pin").join("\n");
  const pins = useMemo(() => parsePins(texts.split("\n")), [texts]);
  const mark = params.get("mark");
  return {
    pins,
    setPins: (next: Pins) => setParams({ pin: pinTexts(next) }),
    mark: mark === "newest" || mark === "oldest" ? mark : null,
    setMark: (next: Mark | null) => setParams({ mark: next ?? "" }),
    onlyReady: params.get("ready") === "1",
    setOnlyReady: (next: boolean) => setParams({ ready: next ? "1" : "" }),
    filter: params.get("q") ?? "",
    setFilter: (next: string) => setParams({ q: next }),
  } as const;
}
