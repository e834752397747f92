import { UsageError } from "./exit-code.ts";

/** Reads `service@version`; throws `UsageError` otherwise. `what` names where it stood. */
export function parseRef(text: string, what: string): { readonly service: string; readonly version: string } {
  const at = text.indexOf("@");
  if (at > 0 && at < text.length - 1) return { service: text.slice(0, at), version: text.slice(at + 1) };
  throw new UsageError(`${what}: "${text}" is not service@version; write for example checkout@1.4.0.`);
}
