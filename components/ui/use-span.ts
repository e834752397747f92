import { useTranslations } from "use-intl";
import { durationText } from "./duration.ts";
import { formatSpan } from "./format.ts";

/** A length of time in the operator's language, as exact as people need it: "58 min", "58 分钟". Measured latencies keep their symbols: `formatMs`. */
export function useSpan(): (ms: number) => string {
  const written = useUnits();
  return (ms) => written(formatSpan(ms));
}

/** A length of time that somebody set, exactly: "90 s", "90 秒". */
export function useExactSpan(): (ms: number) => string {
  const written = useUnits();
  return (ms) => written(durationText(ms));
}

/** Takes "58 min" apart and writes it anew. */
function useUnits(): (text: string) => string {
  const t = useTranslations("common.span");
  return (text) => {
    const [value = "", unit = ""] = text.split(/\s/);
    return t(unit as "min", { value });
  };
}
