import type { KekSource, OldKekSource } from "../identity/index.ts";
import { isTrustDomain } from "../model/index.ts";
import { readHostPorts } from "./settings.ts";

/** What the environment says about identities; absent members take the engine's defaults. */
export interface IdentitySettings {
  readonly kek: KekSource;
  readonly oldKek?: OldKekSource;
  readonly trustDomain?: string;
  readonly svidTtlMs?: number;
  readonly jwksAllow: readonly string[];
}

const TTL_MS_MIN = 10_000;
const TTL_MS_MAX = 7 * 86_400_000;

/** Variables that hold keys: nothing that the engine starts gets them. */
export const KEY_VARIABLES = ["INTERLOCK_KEK", "INTERLOCK_KEK_OLD"] as const;

/** Reads INTERLOCK_KEK, INTERLOCK_KEK_FILE, both with _OLD, INTERLOCK_TRUST_DOMAIN, INTERLOCK_SVID_TTL_MS, INTERLOCK_JWKS_ALLOW; throws with the one that makes no sense. */
export function readIdentitySettings(env: Readonly<Record<string, string | undefined>>): IdentitySettings {
  const trustDomain = env["INTERLOCK_TRUST_DOMAIN"] || undefined;
  if (trustDomain !== undefined && !isTrustDomain(trustDomain)) {
    throw new Error(`INTERLOCK_TRUST_DOMAIN is "${trustDomain}": write a lower-case host name, such as mesh.example.com`);
  }
  const ttl = env["INTERLOCK_SVID_TTL_MS"] || undefined;
  const svidTtlMs = ttl === undefined ? undefined : Number(ttl);
  if (svidTtlMs !== undefined && !(Number.isInteger(svidTtlMs) && svidTtlMs >= TTL_MS_MIN && svidTtlMs <= TTL_MS_MAX)) {
    throw new Error(`INTERLOCK_SVID_TTL_MS is "${ttl}": set it to whole milliseconds from ${TTL_MS_MIN} to ${TTL_MS_MAX}`);
  }
  const kek = readKekSource(env, "");
  const oldKek = readKekSource(env, "_OLD");
  return {
    kek: kek ?? { kind: "own" },
    ...(oldKek === null ? {} : { oldKek }),
    jwksAllow: readHostPorts(env["INTERLOCK_JWKS_ALLOW"], "INTERLOCK_JWKS_ALLOW"),
    ...(trustDomain === undefined ? {} : { trustDomain }),
    ...(svidTtlMs === undefined ? {} : { svidTtlMs }),
  };
}

function readKekSource(env: Readonly<Record<string, string | undefined>>, suffix: "" | "_OLD"): OldKekSource | null {
  const given = `INTERLOCK_KEK${suffix}`;
  const file = suffix === "" ? "INTERLOCK_KEK_FILE" : "INTERLOCK_KEK_OLD_FILE";
  const base64 = env[given] || undefined;
  const path = env[file] || undefined;
  if (base64 !== undefined && path !== undefined) throw new Error(`${given} and ${file} are both set: keep one`);
  if (base64 !== undefined) return { kind: "given", base64 };
  return path === undefined ? null : { kind: "file", path };
}
