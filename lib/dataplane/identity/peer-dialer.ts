/**
 * The caller's end of mTLS: dials an instance's inbound listener as one local identity and hands over a connection to whom was asked for, or a reason.
 *
 * Two checks, both needed: the TLS library verifies the chain in the handshake; then the peer's certificate must name exactly the expected identity,
 * byte for byte. On a resumed session the peer shows none, and the library keeps none: it is the one from the handshake that the session began with,
 * kept beside it here and verified again. Sessions are resumed per (endpoint, calling identity, expected identity) and are forgotten when the calling
 * certificate or the bundle changes. No byte of a request is written before both checks.
 */
import { connect as netConnect, type OnReadOpts } from "node:net";
import { type ConnectionOptions, connect, type PeerCertificate, type SecureContext, type TLSSocket } from "node:tls";
import type { VerifiedPeer } from "../../identity/index.ts";
import { type Clock, err, ok, type Result } from "../../std/index.ts";
import { noteCarrier } from "../reset-socket.ts";
import type { Subject } from "./held-identity.ts";
import type { IdentityAgent } from "./identity-agent.ts";
import { ClientContexts } from "./tls-material.ts";

export interface PeerTarget {
  readonly address: string;
  readonly port: number;
  /** SPIFFE id of the only instance that will do. */
  readonly expectedId: string;
  /** The calling identity. */
  readonly as: Subject;
}

/** A verified connection. */
export interface PeerConnection {
  readonly socket: TLSSocket;
  readonly peer: VerifiedPeer;
  readonly isResumed: boolean;
  /** False once a newer certificate or bundle is in force, or either end is near its expiry: finish what is under way, put nothing new on it. */
  isCurrent(): boolean;
}

export interface DialFailure {
  /** `identity.no-certificate`: we have no identity to call with, so nothing was dialled. */
  readonly code: "identity.no-certificate" | "identity.peer-mismatch" | "upstream.connect-failure";
  readonly detail: string;
}

/** A handshake that was begun. */
export interface PeerDialing {
  readonly socket: TLSSocket;
  /** To be called once, on "secureConnect", before anything is written: whether it is whom was asked for. When not, the socket is destroyed. */
  check(): Result<PeerConnection, DialFailure>;
}

/** How the socket is to read and end. */
export interface SocketWishes {
  readonly allowHalfOpen?: boolean;
  /** Reads into one buffer; cannot be had together with `isResettable`. */
  readonly onread?: OnReadOpts;
  /** Its end can be told from a cut: `resetSocket` resets the TCP connection. */
  readonly isResettable?: boolean;
}

/** Handshakes since the proxy started. */
export interface DialFigures {
  readonly full: number;
  readonly resumed: number;
  /** Somebody else answered, or nobody whom we can verify. */
  readonly refused: number;
}

export interface PeerDialer {
  readonly figures: DialFigures;
  /** Begins a handshake; the time it may take is the caller's to watch. */
  begin(target: PeerTarget, wishes?: SocketWishes): Result<PeerDialing, DialFailure>;
  /** The whole handshake, within `connectMs`. */
  dial(target: PeerTarget): Promise<Result<PeerConnection, DialFailure>>;
}

const CONNECT_MS = 1_000;
const SESSIONS_MAX = 4_096;
/** Share of a certificate's life before its end in which no new work is begun on its connections. */
const END_SHARE = 0.1;

/** Makes the caller's end; one per proxy. */
export function createPeerDialer(options: {
  readonly agent: IdentityAgent;
  readonly clock: Clock;
  /** For `dial`; 1 s unless given. */
  readonly connectMs?: number;
}): PeerDialer {
  const { agent, clock, connectMs = CONNECT_MS } = options;
  const contexts = new ClientContexts(agent);
  const sessions = createSessions();
  const figures = { full: 0, resumed: 0, refused: 0 };

  function begin(target: PeerTarget, wishes: SocketWishes = {}): Result<PeerDialing, DialFailure> {
    const { as, expectedId } = target;
    const held = agent.held(as);
    const context = contexts.get(as);
    if (held === null || context === null) return failure("identity.no-certificate", `${as} has no certificate yet.`);
    const epoch = contexts.epoch(as);
    const key = `${target.address}|${target.port}|${as}|${expectedId}|${epoch}|${contexts.trustEpoch}`;
    const known = sessions.get(key);
    let shown: Buffer | undefined;
    const note = ({ raw }: PeerCertificate): undefined => {
      shown = raw;
    };
    const socket = connectTls(target, { context, session: known?.session, note }, wishes);
    // Tickets may come before the peer is verified; they are kept once it is.
    let early: Buffer | null = null;
    let keep = (session: Buffer) => {
      early = session;
    };
    socket.on("session", (session) => keep(session));
    const check = (): Result<PeerConnection, DialFailure> => {
      const isResumed = socket.isSessionReused();
      const der = isResumed ? known?.der : shown;
      const verified = agent.verifier?.verify(der, expectedId);
      if (verified?.ok !== true || der === undefined) {
        figures.refused++;
        sessions.drop(key);
        socket.destroy();
        return failure("identity.peer-mismatch", verified?.ok === false ? verified.error.detail : "Nothing is trusted yet.");
      }
      figures[isResumed ? "resumed" : "full"]++;
      keep = (session) => sessions.put(key, { session, der });
      if (early !== null) keep(early);
      const peer = verified.value;
      const endMs = Math.min(held.notAfterMs, peer.notAfterMs) - held.lifeMs * END_SHARE;
      let { trustEpoch } = contexts;
      // Another bundle ends no connection whose peer it still vouches for.
      const isTrusted = () => {
        if (trustEpoch === contexts.trustEpoch) return true;
        if (agent.verifier?.verify(der, expectedId).ok !== true) return false;
        trustEpoch = contexts.trustEpoch;
        return true;
      };
      const isCurrent = () => contexts.epoch(as) === epoch && clock.wallMs() < endMs && isTrusted();
      return ok({ socket, peer, isResumed, isCurrent });
    };
    return ok({ socket, check });
  }

  return {
    figures,
    begin,
    dial(target) {
      const begun = begin(target);
      return begun.ok ? untilShaken(begun.value, clock, connectMs) : Promise.resolve(begun);
    },
  };
}

/** What a handshake begins with. */
interface Handshake {
  readonly context: SecureContext;
  readonly session: Buffer | undefined;
  /** Told of the certificate that the peer shows, once its chain is verified; it shows none where the session is resumed. */
  note(certificate: PeerCertificate): undefined;
}

function connectTls(
  { address: host, port }: PeerTarget,
  { context, note, session }: Handshake,
  { allowHalfOpen = false, isResettable = false, onread }: SocketWishes,
): TLSSocket {
  const options: ConnectionOptions & { readonly allowHalfOpen: boolean; readonly onread?: OnReadOpts } = {
    secureContext: context,
    rejectUnauthorized: true,
    minVersion: "TLSv1.3",
    allowHalfOpen,
    // Instances are no hosts: who it is is verified by its identity, once the handshake is over.
    checkServerIdentity: (_, certificate) => note(certificate),
    ...(session === undefined ? {} : { session }),
  };
  if (isResettable) {
    const carrier = netConnect({ host, port, allowHalfOpen, noDelay: true });
    const socket = connect({ ...options, socket: carrier });
    noteCarrier(socket, carrier);
    return socket;
  }
  const plain: typeof options = { ...options, host, port, ...(onread === undefined ? {} : { onread }) };
  const socket = connect(plain);
  socket.once("connect", () => socket.setNoDelay(true));
  return socket;
}

function untilShaken({ check, socket }: PeerDialing, clock: Clock, connectMs: number): Promise<Result<PeerConnection, DialFailure>> {
  return new Promise((resolve) => {
    const cancel = clock.after(connectMs, () => socket.destroy(new Error(`no handshake within ${connectMs} ms`)));
    const settle = (result: Result<PeerConnection, DialFailure>) => {
      cancel();
      resolve(result);
    };
    // Stays for the life of the socket: an error that nobody hears would end the process.
    socket.on("error", (error) => settle(err(dialFailureOf(error))));
    socket.once("close", () => settle(failure("upstream.connect-failure", "The connection was closed during the handshake.")));
    socket.once("secureConnect", () => settle(check()));
  });
}

/** Errors of the network are the instance's trouble; those of TLS say that it is not who it should be. */
export function dialFailureOf(error: NodeJS.ErrnoException): DialFailure {
  const code = error.code ?? "";
  const isNetwork = code === "" || /^E(?!PROTO)[A-Z]+$/.test(code);
  if (isNetwork) return { code: "upstream.connect-failure", detail: `The connection failed: ${code === "" ? error.message : code}.` };
  return { code: "identity.peer-mismatch", detail: `The handshake failed: ${code}.` };
}

function failure(code: DialFailure["code"], detail: string): Result<never, DialFailure> {
  return err({ code, detail });
}

interface KnownSession {
  readonly session: Buffer;
  /** The certificate that the peer showed when the session began. */
  readonly der: Uint8Array;
}

/** The newest session per key; the oldest keys go first. */
function createSessions() {
  const sessions = new Map<string, KnownSession>();
  return {
    get: (key: string) => sessions.get(key),
    drop: (key: string) => void sessions.delete(key),
    put(key: string, session: KnownSession) {
      sessions.delete(key);
      sessions.set(key, session);
      if (sessions.size <= SESSIONS_MAX) return;
      const oldest = sessions.keys().next().value;
      if (oldest !== undefined) sessions.delete(oldest);
    },
  };
}
