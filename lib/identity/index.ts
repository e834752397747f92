/**
 * Who is who in the mesh: the certificate authority, the certificates it signs for instances, the exact verification of peers, and tokens of callers.
 *
 * Invariants: a certificate is a P-256 leaf that names exactly one URI, `spiffe://<trust domain>/…`, decided by the registry and never by whoever asks;
 * names are compared byte by byte; private keys of instances never come here (only requests do), those of roots are sealed on disk and never leave;
 * whatever cannot be read is refused. Sources: SPIFFE X509-SVID, RFC 5280, RFC 2986, RFC 8725.
 * It knows no proxies, no registry, no network: the engine decides for whom it signs, `lib/dataplane/identity` holds keys and connections.
 */
export {
  type AuthorityFailure,
  type AuthorityOptions,
  type CertificateAuthority,
  type IssuedSvid,
  openCertificateAuthority,
  type RootView,
} from "./certificate-authority.ts";
export { type CertificateRequest, createCertificateRequest } from "./certificate-request.ts";
export {
  type IdentityStorage,
  type IdentityStorageFailure,
  type IssuedRecord,
  openIdentityStorage,
} from "./identity-storage.ts";
export { createTokenVerifier, type TokenFailure, type TokenVerifier, type VerifiedToken } from "./jwt.ts";
export type { KekSource, OldKekSource } from "./key-encryption.ts";
export { createPeerVerifier, type PeerFailure, type PeerVerifier, type VerifiedPeer } from "./peer-verifier.ts";
export { openSecretVault, type SecretVault, type SecretVaultOptions } from "./secret-vault.ts";
