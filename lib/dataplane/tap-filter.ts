import type { TapEntry, TapFilter } from "../model/index.ts";

/** Whether an entry passes: all parts of the filter that are given must fit. */
export function passesTap(filter: TapFilter, entry: TapEntry): boolean {
  const { caller, callee, code, durationMs, method, path, status } = entry;
  return (
    isSame(filter.service, callee.service) &&
    isSame(filter.version, callee.version) &&
    isSame(filter.caller, caller.service) &&
    isSame(filter.callerVersion, caller.version) &&
    isSame(filter.method, method) &&
    isSame(filter.code, code) &&
    (filter.pathPrefix === undefined || path.startsWith(filter.pathPrefix)) &&
    status >= (filter.statusMin ?? 0) &&
    status <= (filter.statusMax ?? Number.POSITIVE_INFINITY) &&
    durationMs >= (filter.minDurationMs ?? 0)
  );
}

function isSame(wanted: string | undefined, value: string | null): boolean {
  return wanted === undefined || wanted === value;
}
