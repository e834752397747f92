import type { CertificateAuthority, IdentityStorage } from "../identity/index.ts";
import type { FetchJwks } from "./fetch-jwks.ts";
import { IdentityDesk, type IdentityDeskParts } from "./identity-desk.ts";
import { JwksKeeper } from "./jwks-keeper.ts";

/** What identities and tokens are made of; opened and closed by whoever opens the engine. */
export interface IdentityParts {
  readonly authority: CertificateAuthority;
  readonly storage: IdentityStorage;
  readonly fetchKeys: FetchJwks;
  /** Why keys are never fetched from an address; null where they may be. */
  readonly whyNoKeys: (uri: string) => string | null;
}

export interface Identities {
  readonly desk: IdentityDesk;
  readonly keys: JwksKeeper;
  close(): void;
}

/** The engine's identity desk and the keeper of issuers' keys, put together. `onKeys`: keys changed. */
export function createIdentities(
  { authority, storage, fetchKeys }: IdentityParts,
  parts: Omit<IdentityDeskParts, "authority" | "storage" | "onUnknownKey"> & { readonly onKeys: () => void },
): Identities {
  const { clock, health, state, onFault, onKeys } = parts;
  const keys = new JwksKeeper({ clock, health, storage, fetch: fetchKeys, state, onChange: onKeys, onFault });
  const desk = new IdentityDesk({ ...parts, authority, storage, onUnknownKey: (issuer) => keys.unknownKey(issuer) });
  return {
    desk,
    keys,
    close() {
      desk.close();
      keys.close();
    },
  };
}
