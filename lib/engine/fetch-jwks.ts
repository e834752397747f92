import { Guard, sendGuarded } from "../guarded-request/index.ts";
import { err, ok, type Result } from "../std/index.ts";

/** The text behind a URI, or a sentence saying why there is none. */
export type FetchJwks = (uri: string) => Promise<Result<string, string>>;

/** Where keys of token issuers may be fetched from; `allowed` are `host:port` pairs in lower case that may be anywhere and speak plain HTTP. */
export function jwksGuard(allowed: readonly string[]): Guard {
  return new Guard({ allowed, variable: "INTERLOCK_JWKS_ALLOW" });
}

/** Fetches key sets from where the guard lets it. */
export function createJwksFetcher(guard: Guard, limits: { readonly fetchMs?: number; readonly bytesMax?: number } = {}): FetchJwks {
  const { bytesMax = 1_048_576, fetchMs = 5_000 } = limits;
  return async (uri) => {
    const headers = { accept: "application/jwk-set+json, application/json" };
    const answer = await sendGuarded(guard, uri, { method: "GET", headers, withinMs: fetchMs, bytesMax });
    if (!answer.ok) return answer;
    const { isCut, status, text } = answer.value;
    if (status !== 200) return err(`It answered ${status}.`);
    return isCut ? err(`It is larger than ${bytesMax} bytes.`) : ok(text);
  };
}

/** Why keys will never be fetched from an address, whatever answers there; null where it is worth trying. */
export function whyNoKeys(guard: Guard, uri: string): string | null {
  const target = guard.readTarget(uri);
  return target.ok ? null : target.error;
}
