/**
 * The callee's end of mTLS for one local instance: takes accepted sockets, hands out connections whose caller is known.
 *
 *   first byte 0x16 → TLS 1.3 handshake, client certificate required → verified peer → `onSecure`
 *   anything else   → permissive: `onPlain`, the caller has no identity; strict: 403 `identity.plaintext-refused`
 *
 * Invariants: `onSecure` is called only after the peer was verified byte by byte, on resumed sessions too; a new certificate or bundle is used for the
 * next handshake without closing the socket that listens, and makes old session tickets worthless; an open connection whose peer no longer verifies
 * (expired, root dropped) is told to end, and is cut when it has not after a while.
 */
import type { Socket } from "node:net";
import { createServer, type Server, type TLSSocket } from "node:tls";
import type { PeerFailure, VerifiedPeer } from "../../identity/index.ts";
import type { TrustBundle } from "../../model/index.ts";
import type { Clock } from "../../std/index.ts";
import { writeOwnAnswer } from "../own-answer.ts";
import type { Subject } from "./held-identity.ts";
import type { IdentityAgent } from "./identity-agent.ts";
import { tlsOptions } from "./tls-material.ts";

export interface InboundTlsOptions {
  readonly agent: IdentityAgent;
  /** The local instance that is called. */
  readonly subject: Subject;
  readonly clock: Clock;
  /** Asked for each connection that does not begin with TLS. */
  readonly mode: () => "strict" | "permissive";
  readonly onSecure: (socket: TLSSocket, peer: VerifiedPeer) => void;
  /** The first bytes are still to be read. */
  readonly onPlain: (socket: Socket) => void;
  /** A connection was refused: plain text under strict, or a peer that proved nothing. */
  readonly onRefused: (code: "identity.plaintext-refused" | "identity.peer-mismatch", detail: string) => void;
  /** Finish what is under way on this connection and end it. */
  readonly onRetire?: (socket: TLSSocket) => void;
}

export interface InboundTls {
  /** Takes a socket that was just accepted and not read from. */
  accept(socket: Socket): void;
  /** Verified connections that are open. */
  readonly size: number;
  /** Stops looking after connections; they stay open. */
  close(): void;
}

const FIRST_BYTE_MS = 10_000;
const HANDSHAKE_MS = 5_000;
const HANDSHAKE_RECORD = 0x16;
/** Resumption saves a signature and a verification; tickets die with the certificate anyway. */
const TICKET_SECONDS = 300;
const SILENT = /^(?:E(?!PROTO)[A-Z]+|ERR_TLS_HANDSHAKE_TIMEOUT)$/;
const LOOK_AGAIN_MS = 1_000;
const RETIRE_MS = 10_000;

interface Open {
  readonly peer: VerifiedPeer;
  readonly der: Uint8Array;
  /** The bundle that it was last verified with. */
  bundle: TrustBundle | null;
  retiredMs: number | null;
}

/** Makes the callee's end for one instance. */
export function createInboundTls(options: InboundTlsOptions): InboundTls {
  const { agent, subject, clock, mode, onPlain, onRefused } = options;
  const open = new Map<TLSSocket, Open>();
  let server: Server | null = null;

  const stopWatching = agent.watch((changed) => {
    if (changed !== null && changed !== subject) return;
    const material = tlsOptions(agent, subject);
    if (material !== null) server?.setSecureContext(material);
  });
  const stopLooking = clock.every(LOOK_AGAIN_MS, () => lookAgain(open, options));

  function secureServer(): Server | null {
    const material = tlsOptions(agent, subject);
    if (material === null) return null;
    if (server !== null) return server;
    server = createServer({
      ...material,
      requestCert: true,
      // The library would hang up without a word; `welcome` refuses just the same, and says why.
      rejectUnauthorized: false,
      handshakeTimeout: HANDSHAKE_MS,
      sessionTimeout: TICKET_SECONDS,
    });
    server.on("secureConnection", (socket) => welcome(socket, open, options));
    server.on("tlsClientError", (error: NodeJS.ErrnoException) => {
      // One that hangs up or falls silent before it said who it is proves nothing, right or wrong.
      if (!SILENT.test(error.code ?? ""))
        onRefused("identity.peer-mismatch", `A caller's handshake failed: ${error.code ?? error.message}.`);
    });
    return server;
  }

  function sort(socket: Socket, first: number): void {
    if (first !== HANDSHAKE_RECORD) {
      if (mode() === "permissive") return onPlain(socket);
      onRefused("identity.plaintext-refused", "A caller spoke plain HTTP.");
      socket.end(plaintextRefused());
      return;
    }
    const secure = secureServer();
    if (secure === null) return void socket.destroy();
    // Whoever hangs up during the handshake has nothing to be told; after it each side ends for itself (`welcome`).
    socket.allowHalfOpen = false;
    secure.emit("connection", socket);
  }

  return {
    accept(socket) {
      const cancel = clock.after(FIRST_BYTE_MS, () => socket.destroy());
      const ignore = () => {};
      socket.on("error", ignore);
      socket.once("close", cancel);
      socket.once("readable", () => {
        cancel();
        const chunk: Buffer | null = socket.read();
        if (chunk === null) return socket.destroy();
        socket.unshift(chunk);
        sort(socket, chunk[0] ?? 0);
        // From here on errors are for whoever has the socket; before anybody listened they would have ended the process.
        if (socket.listenerCount("error") > 1) socket.removeListener("error", ignore);
      });
    },
    get size() {
      return open.size;
    },
    close() {
      stopWatching();
      stopLooking();
    },
  };
}

function welcome(socket: TLSSocket, open: Map<TLSSocket, Open>, { agent, onSecure, onRefused }: InboundTlsOptions): void {
  socket.allowHalfOpen = true;
  socket.on("error", () => {});
  const der = socket.getPeerX509Certificate()?.raw;
  const verified = verify(agent, der);
  if (!verified.ok || !socket.authorized || der === undefined) {
    onRefused("identity.peer-mismatch", verified.ok ? "The caller's certificate does not verify." : verified.error.detail);
    socket.destroy();
    return;
  }
  open.set(socket, { peer: verified.value, der, bundle: agent.bundle, retiredMs: null });
  socket.once("close", () => open.delete(socket));
  onSecure(socket, verified.value);
}

function verify(agent: IdentityAgent, der: Uint8Array | undefined, id?: string) {
  const nobody: PeerFailure = { reason: "no-certificate", detail: "Nothing is trusted yet." };
  return agent.verifier === null ? ({ ok: false, error: nobody } as const) : agent.verifier.verify(der, id);
}

/** Each open connection is verified again when something changed: the bundle, or its certificate's time is over. */
function lookAgain(open: Map<TLSSocket, Open>, { agent, clock, onRetire }: InboundTlsOptions): void {
  const nowMs = clock.monotonicMs();
  const wallMs = clock.wallMs();
  for (const [socket, connection] of open) {
    if (connection.retiredMs !== null) {
      if (nowMs - connection.retiredMs >= RETIRE_MS) socket.destroy();
      continue;
    }
    if (connection.bundle === agent.bundle && wallMs < connection.peer.notAfterMs) continue;
    connection.bundle = agent.bundle;
    if (verify(agent, connection.der, connection.peer.id).ok) continue;
    connection.retiredMs = nowMs;
    if (onRetire === undefined) socket.destroy();
    else onRetire(socket);
  }
}

function plaintextRefused(): string {
  const detail = "This instance takes calls over mTLS only; call it through the proxy of your own instance.";
  return writeOwnAnswer({ code: "identity.plaintext-refused", detail, keepsAlive: false, toHead: false, toHttp10: false });
}
