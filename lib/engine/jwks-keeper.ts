/**
 * Key sets of token issuers: fetched where a policy names a `jwksUri`, kept on disk, and put into the snapshot, so that proxies verify tokens without ever
 * fetching anything. Fetched when a policy first names it, every hour, and when a proxy meets an unknown key, at most once a minute.
 * Invariants: one that cannot be fetched leaves the keys known so far in force; only public members of public keys go on.
 */
import type { IdentityStorage } from "../identity/index.ts";
import type { AuthorizationPolicy, JwtProvider, MeshState } from "../model/index.ts";
import { type CancelTimer, type Clock, canonicalJson, err, ok, type Result } from "../std/index.ts";
import type { FetchJwks } from "./fetch-jwks.ts";
import type { HealthLog } from "./health-log.ts";

export type KeySet = NonNullable<JwtProvider["jwks"]>;

export interface JwksKeeperParts {
  readonly clock: Clock;
  readonly storage: IdentityStorage;
  readonly health: HealthLog;
  readonly fetch: FetchJwks;
  readonly state: () => MeshState;
  /** Keys changed: proxies should get them. */
  readonly onChange: () => void;
  readonly onFault: (error: unknown) => void;
}

const REFRESH_MS = 3_600_000;
const UNKNOWN_KEY_EVERY_MS = 60_000;
const TRY_AGAIN_MS = 60_000;
const KEYS_MAX = 100;
const URIS_MAX = 200;
/** What of a key is public (RFC 7517, RFC 7518); everything else stays here. */
const PUBLIC_MEMBERS = ["kty", "kid", "alg", "use", "key_ops", "n", "e", "crv", "x", "y"];
const PUBLIC_TYPES = new Set<unknown>(["RSA", "EC", "OKP"]);

interface Kept {
  /** Null until the first fetch that worked. */
  keys: KeySet | null;
  /** On the monotonic clock. */
  triedMs: number;
  isFetching: boolean;
  isFailing: boolean;
  cancel: CancelTimer;
}

export class JwksKeeper {
  readonly #parts: JwksKeeperParts;
  readonly #kept = new Map<string, Kept>();
  /** As read at the start; those that no policy names go at the first `follow`. */
  readonly #stored: Map<string, string>;
  #isFull = false;
  readonly #filled = new WeakMap<
    AuthorizationPolicy,
    { readonly sets: readonly (KeySet | null)[]; readonly policy: AuthorizationPolicy }
  >();

  constructor(parts: JwksKeeperParts) {
    this.#parts = parts;
    this.#stored = new Map(parts.storage.jwks().map(({ uri, jwks }) => [uri, jwks]));
  }

  /** Fetches what policies name and is not known yet, and lets go of what none names any more. */
  follow(): void {
    const wanted = new Set(providersOf(this.#parts.state()).flatMap(({ jwksUri }) => jwksUri ?? []));
    for (const [uri, kept] of this.#kept) {
      if (wanted.has(uri)) continue;
      kept.cancel();
      this.#kept.delete(uri);
      this.#forget(uri);
    }
    for (const uri of wanted) if (!this.#kept.has(uri) && this.#kept.size < URIS_MAX) this.#begin(uri);
    for (const uri of this.#stored.keys()) if (!wanted.has(uri)) this.#forget(uri);
    this.#sayFull(wanted);
  }

  /**
   * The policy as proxies need it: each provider that names a URI has its keys in its place, since a policy with both is refused. The same object as long
   * as nothing differs.
   */
  fill = (policy: AuthorizationPolicy | null): AuthorizationPolicy | null => {
    if (policy?.jwtProviders?.some(({ jwksUri }) => jwksUri !== undefined) !== true) return policy;
    const sets = policy.jwtProviders.map(({ jwksUri }) => (jwksUri === undefined ? null : (this.#kept.get(jwksUri)?.keys ?? null)));
    const known = this.#filled.get(policy);
    if (known?.sets.every((set, index) => set === sets[index]) === true) return known.policy;
    const jwtProviders = policy.jwtProviders.map((provider, index) => {
      const jwks = sets[index] ?? null;
      if (jwks === null) return provider;
      const { jwksUri: _, ...rest } = provider;
      return { ...rest, jwks };
    });
    const filled = { ...policy, jwtProviders };
    this.#filled.set(policy, { sets, policy: filled });
    return filled;
  };

  /** A proxy met a token of this issuer whose key it does not have. */
  unknownKey(issuer: string): void {
    const nowMs = this.#parts.clock.monotonicMs();
    for (const provider of providersOf(this.#parts.state())) {
      const kept = provider.issuer === issuer && provider.jwksUri !== undefined ? this.#kept.get(provider.jwksUri) : undefined;
      if (kept === undefined || nowMs - kept.triedMs < UNKNOWN_KEY_EVERY_MS) continue;
      void this.#refresh(provider.jwksUri ?? "", kept);
    }
  }

  close(): void {
    for (const { cancel } of this.#kept.values()) cancel();
    this.#kept.clear();
  }

  #forget(uri: string): void {
    this.#stored.delete(uri);
    try {
      this.#parts.storage.dropJwks(uri);
    } catch (error) {
      this.#parts.onFault(error);
    }
  }

  /** Said once per stretch at the limit. */
  #sayFull(wanted: ReadonlySet<string>): void {
    const wasFull = this.#isFull;
    this.#isFull = wanted.size > URIS_MAX;
    if (!this.#isFull || wasFull) return;
    const left = [...wanted].filter((uri) => !this.#kept.has(uri));
    const sentence = `Keys of token issuers are fetched from ${URIS_MAX} addresses at most. Tokens with keys from ${left.slice(0, 3).join(", ")}${left.length > 3 ? ` and ${left.length - 3} more` : ""} are refused.`;
    this.#parts.health.add("limit-reached", "token keys", sentence);
  }

  #begin(uri: string): void {
    const stored = readKeySet(this.#stored.get(uri) ?? "");
    const keys = stored.ok ? stored.value : null;
    const kept: Kept = { keys, triedMs: Number.NEGATIVE_INFINITY, isFetching: false, isFailing: false, cancel: () => {} };
    this.#kept.set(uri, kept);
    void this.#refresh(uri, kept);
  }

  async #refresh(uri: string, kept: Kept): Promise<void> {
    if (kept.isFetching) return;
    const { clock, fetch } = this.#parts;
    kept.cancel();
    kept.isFetching = true;
    kept.triedMs = clock.monotonicMs();
    // A flaw of the fetcher must not be a flaw of the engine.
    const fetched = await fetch(uri).catch((error: unknown) => err(`${error instanceof Error ? error.message : String(error)}.`));
    kept.isFetching = false;
    // In the meantime no policy may name it any more.
    if (this.#kept.get(uri) !== kept) return;
    const read = fetched.ok ? readKeySet(fetched.value) : fetched;
    if (read.ok) this.#accept(uri, kept, read.value);
    else this.#fail(uri, kept, read.error);
    kept.cancel = clock.after(read.ok ? REFRESH_MS : TRY_AGAIN_MS, () => void this.#refresh(uri, kept));
  }

  #accept(uri: string, kept: Kept, keys: KeySet): void {
    const { storage, onChange, onFault } = this.#parts;
    kept.isFailing = false;
    const jwks = canonicalJson(keys);
    if (kept.keys !== null && canonicalJson(kept.keys) === jwks) return;
    kept.keys = keys;
    try {
      storage.putJwks({ uri, jwks });
    } catch (error) {
      onFault(error);
    }
    onChange();
  }

  /** Said once per stretch of failures. */
  #fail(uri: string, kept: Kept, why: string): void {
    if (kept.isFailing) return;
    kept.isFailing = true;
    const left = kept.keys === null ? "No token of its issuer can be verified until then." : "The keys known so far stay in force.";
    this.#parts.health.add("token-keys-stale", uri, `Keys could not be fetched from ${uri}: ${why} ${left} It is tried again each minute.`);
  }
}

/** Reads a JWK Set down to its public keys. */
export function readKeySet(text: string): Result<KeySet, string> {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return err("It is not JSON.");
  }
  const list = isFields(document) ? document["keys"] : undefined;
  if (!Array.isArray(list)) return err("It is no JWK Set: it has no list of keys.");
  const keys = list.filter((key) => isFields(key) && PUBLIC_TYPES.has(key["kty"])).map((key) => publicPart(key));
  if (keys.length === 0) return err("It has no public key.");
  return keys.length > KEYS_MAX ? err(`It has more than ${KEYS_MAX} keys.`) : ok({ keys });
}

function publicPart(key: Fields): Fields {
  return Object.fromEntries(PUBLIC_MEMBERS.filter((name) => Object.hasOwn(key, name)).map((name) => [name, key[name]]));
}

function providersOf(state: MeshState): readonly JwtProvider[] {
  return [...state.services.values()].flatMap(({ authorization }) => authorization?.jwtProviders ?? []);
}

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
