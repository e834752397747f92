import type { Change } from "../../model/index.ts";

/** A change as the wire shows it: without the facts that it consists of. */
export function changeView(change: Change) {
  const { events: _events, inverse: _inverse, ...shown } = change;
  return { ...shown, services: [...shown.services] };
}
