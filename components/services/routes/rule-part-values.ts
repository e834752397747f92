import { typedNumber } from "@/components/services/typed-number.ts";
import { durationText, typedDuration } from "@/components/ui/duration.ts";
import type { RouteRule } from "@/lib/client/index.ts";

/** What the form holds of a rule beside its matches, split and filters. Empty texts are left out: what the service's settings say then holds. */
export interface RulePartValues {
  timeouts: { requestMs: string; perTryMs: string; idleMs: string };
  /** `codes` as a list; "none" for a list that is empty on purpose. */
  retry: { attempts: string; codes: string; backoffMs: string };
  fault: { delayMs: string; abortStatus: string; percent: string };
  stickiness: { by: "" | "cookie" | "header"; name: string };
  lane: string;
}

type Parts = Pick<RouteRule, "timeouts" | "retry" | "fault" | "stickiness" | "lane">;

const NO_CODES = "none";

export function valuesOfParts({ timeouts, retry, fault, stickiness, lane }: Parts): RulePartValues {
  return {
    timeouts: { requestMs: timeText(timeouts?.requestMs), perTryMs: timeText(timeouts?.perTryMs), idleMs: timeText(timeouts?.idleMs) },
    retry: { attempts: numberText(retry?.attempts), codes: codesText(retry?.codes), backoffMs: timeText(retry?.backoffMs) },
    fault: { delayMs: timeText(fault?.delayMs), abortStatus: numberText(fault?.abortStatus), percent: numberText(fault?.percent) },
    stickiness: { by: stickiness?.by ?? "", name: stickiness?.name ?? "" },
    lane: lane ?? "",
  };
}

/** The parts that the values describe. What is no number stays no number: the engine says so beside the field. */
export function partsOfValues(values: RulePartValues): Parts {
  const { timeouts, retry, fault, stickiness } = values;
  const parts = {
    timeouts: given({
      requestMs: typedDuration(timeouts.requestMs),
      perTryMs: typedDuration(timeouts.perTryMs),
      idleMs: typedDuration(timeouts.idleMs),
    }),
    retry: given({ attempts: typedNumber(retry.attempts), codes: typedCodes(retry.codes), backoffMs: typedDuration(retry.backoffMs) }),
    fault: given({
      delayMs: typedDuration(fault.delayMs),
      abortStatus: typedNumber(fault.abortStatus),
      percent: typedNumber(fault.percent),
    }) as RouteRule["fault"],
    stickiness: stickiness.by === "" ? undefined : { by: stickiness.by, name: stickiness.name.trim() },
    lane: values.lane.trim() === "" ? undefined : values.lane.trim(),
  };
  return given(parts) ?? {};
}

/** A list of statuses as typed: separated by anything that is neither digit nor letter. */
export function typedCodes(text: string): number[] | undefined {
  const trimmed = text.trim();
  if (trimmed === "") return undefined;
  if (trimmed === NO_CODES) return [];
  return trimmed.split(/[\s,;]+/).flatMap((part) => typedNumber(part) ?? []);
}

export function codesText(codes: readonly number[] | undefined): string {
  if (codes === undefined) return "";
  return codes.length === 0 ? NO_CODES : codes.join(", ");
}

/** Without what is undefined; undefined when nothing is left. */
function given<Part extends object>(part: Part): { [Key in keyof Part]?: NonNullable<Part[Key]> } | undefined {
  const entries = Object.entries(part).filter(([, value]) => value !== undefined);
  return entries.length === 0 ? undefined : (Object.fromEntries(entries) as { [Key in keyof Part]?: NonNullable<Part[Key]> });
}

function timeText(ms: number | undefined): string {
  return ms === undefined ? "" : durationText(ms);
}

function numberText(value: number | undefined): string {
  return value === undefined ? "" : String(value);
}
