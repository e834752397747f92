/** A moment to the millisecond, on the operator's clock: 12:00:01.234. */
export function clockOf(atMs: number): string {
  const at = new Date(atMs);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${String(at.getMilliseconds()).padStart(3, "0")}`;
}

/** Colour of a status, beside its figure: refusals and requests that were given up stand out, failures most. */
export function statusTone(status: number): string {
  if (status === 0 || status >= 500) return "strong text-bad";
  return status >= 400 ? "strong text-warn" : "text-ok";
}
