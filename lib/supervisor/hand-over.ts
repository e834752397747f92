/**
 * How a child's listening sockets pass to its successor without a moment in which nobody listens. The supervisor is the go-between, because Node passes
 * handles over the channel between parent and child only.
 *
 * Protocol, in order: supervisor → old `hand-over`; old → supervisor one `socket` per listening socket, each with its handle, then `handed-over`;
 * supervisor → successor the same `socket`s, then `handed-over`; successor → supervisor `ready`; supervisor → old `retire`, upon which it stops accepting,
 * finishes and exits. Where the successor fails, the old one gets `keep` and goes on as if nothing had been.
 * Invariant: it is one and the same socket in the kernel, so that a connection in its queue is accepted by whoever comes first, and none is lost.
 * (With SO_REUSEPORT each process has a queue of its own, and the old one's dies with it.)
 */

/** A listening socket as Node's channel carries it; never read here. */
export type ListeningHandle = object;

/** Listening sockets by a name that the child chose. */
export type ListeningHandles = ReadonlyMap<string, ListeningHandle>;

/** Set for a successor: its first messages are the sockets. */
export const INHERITS = "INTERLOCK_INHERITS";

export type HandOverMessage =
  | { readonly kind: "hand-over" | "handed-over" | "keep" | "retire" }
  | { readonly kind: "socket"; readonly name: string };

const KINDS: ReadonlySet<unknown> = new Set(["hand-over", "handed-over", "keep", "retire", "socket"]);

/** The message, or null where it is something else. */
export function asHandOver(message: unknown): HandOverMessage | null {
  const isOurs = typeof message === "object" && message !== null && "kind" in message && KINDS.has(message.kind);
  return isOurs ? (message as HandOverMessage) : null;
}

type Channel = (message: HandOverMessage, handle?: ListeningHandle, sent?: () => void) => void;

/** Sends all of them, then the end of the list; resolves once they are on their way, when copies held here may be closed. */
export async function sendHandles(send: Channel, handles: ListeningHandles): Promise<void> {
  await Promise.all([...handles].map(([name, handle]) => new Promise<void>((resolve) => send({ kind: "socket", name }, handle, resolve))));
  send({ kind: "handed-over" });
}

/** Takes what `sendHandles` sent at the other end; `all` resolves with the end of the list. */
export function collectHandles(): { readonly all: Promise<ListeningHandles>; take(message: HandOverMessage, handle: unknown): void } {
  const handles = new Map<string, ListeningHandle>();
  const { promise, resolve } = Promise.withResolvers<ListeningHandles>();
  return {
    all: promise,
    take(message, handle) {
      if (message.kind === "handed-over") resolve(handles);
      else if (message.kind === "socket" && typeof handle === "object" && handle !== null) handles.set(message.name, handle);
    },
  };
}

/** Closes this process's copies. */
export function closeHandles(handles: ListeningHandles): void {
  for (const handle of handles.values()) if ("close" in handle && typeof handle.close === "function") handle.close();
}
