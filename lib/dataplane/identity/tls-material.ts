import { createSecureContext, type SecureContext, type SecureContextOptions } from "node:tls";
import type { Subject } from "./held-identity.ts";
import type { IdentityAgent } from "./identity-agent.ts";

/**
 * Both ends are proxies of this mesh, so the first one is what is agreed on. OpenSSL would begin with a hybrid of X25519 and ML-KEM, which costs a full
 * handshake some 15 % more CPU: `ecdhCurve` of `tlsOptions` is the one place to have that back, where recorded traffic must outlast X25519.
 */
const KEY_AGREEMENT = "X25519:P-256";

/** What TLS is spoken with between proxies, on either side; null while there is no identity. Nothing older than 1.3. */
export function tlsOptions(agent: IdentityAgent, subject: Subject): SecureContextOptions | null {
  const held = agent.held(subject);
  const { bundle } = agent;
  if (held === null || bundle === null) return null;
  const trust = { ca: [...bundle.rootsPem], ecdhCurve: KEY_AGREEMENT };
  return { key: held.keyPem, cert: held.chainPem, ...trust, minVersion: "TLSv1.3", maxVersion: "TLSv1.3" };
}

/** Contexts of calling identities, made once per certificate and bundle. */
export class ClientContexts {
  readonly #agent: IdentityAgent;
  readonly #contexts = new Map<Subject, SecureContext>();
  readonly #epochs = new Map<Subject, number>();
  #trustEpoch = 0;

  constructor(agent: IdentityAgent) {
    this.#agent = agent;
    agent.watch((subject) => {
      if (subject === null) {
        this.#trustEpoch++;
        this.#contexts.clear();
        return;
      }
      this.#epochs.set(subject, (this.#epochs.get(subject) ?? 0) + 1);
      this.#contexts.delete(subject);
    });
  }

  /** Counts the changes of the bundle. */
  get trustEpoch(): number {
    return this.#trustEpoch;
  }

  /** Counts the changes of a certificate. */
  epoch(subject: Subject): number {
    return this.#epochs.get(subject) ?? 0;
  }

  get(subject: Subject): SecureContext | null {
    const known = this.#contexts.get(subject);
    if (known !== undefined && this.#agent.held(subject) !== null) return known;
    const options = tlsOptions(this.#agent, subject);
    if (options === null) return null;
    const context = createSecureContext(options);
    this.#contexts.set(subject, context);
    return context;
  }
}
