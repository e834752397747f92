/** Attempts beyond the first that a rule or a policy may ask for: each is load on a service that fails. */
export const RETRY_ATTEMPTS_MAX = 5;
/** Statuses below 500 that say "not now": the request was not worked on. */
const NOT_NOW = [408, 409, 425, 429];

/** What to write instead of a status that is not retriable. */
export const RETRIABLE_STATUSES = `500 to 599, or one of ${NOT_NOW.join(", ")}`;

/** Whether trying again after an answer of this status may help. */
export function isRetriableStatus(status: number): boolean {
  return Number.isInteger(status) && ((status >= 500 && status <= 599) || NOT_NOW.includes(status));
}
