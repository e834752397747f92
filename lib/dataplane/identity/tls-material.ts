import { createSecureContext, type SecureContext, type SecureContextOptions } from "node:tls";
import type { Subject } from "./held-identity.ts";
import type { IdentityAgent } from "./identity-agent.ts";

/**
 * What TLS is spoken with between proxies, on either side; null while there is no identity. Nothing older than 1.3.
 * Keys are agreed on as OpenSSL prefers: X25519 with ML-KEM, so that recorded traffic stays closed. X25519 alone would make a full handshake some 15 %
 * cheaper; nearly all connections resume a session and pay neither.
 */
export function tlsOptions(agent: IdentityAgent, subject: Subject): SecureContextOptions | null {
  const held = agent.held(subject);
  const { bundle } = agent;
  if (held === null || bundle === null) return null;
  return { key: held.keyPem, cert: held.chainPem, ca: [...bundle.rootsPem], minVersion: "TLSv1.3", maxVersion: "TLSv1.3" };
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
