/**
 * What is written on from memory that the next read overwrites, so that passing a message costs neither memory that must be collected nor a second write.
 *
 * Small pieces leave as text: it lives on V8's own heap, where it is cheap. Large ones are copied, together with their head, to a buffer that is there already,
 * which serves again at once when the kernel takes all of it in the call; when not, it belongs to the connection, and another one takes its place.
 * Invariant: what is given to a connection that could not send it all at once is never written to again.
 */

/** Up to this many bytes a body leaves as text, joined with its head in one string. */
const TEXT_BYTES_MAX = 16 * 1024;
/** What one read brings with a head before it; beyond that memory is asked for. */
const PASSING_BYTES = 144 * 1024;

let passing = Buffer.allocUnsafeSlow(PASSING_BYTES);

/** A connection to whoever gets the message. */
export interface MessageSink {
  /** Nothing that was written waits to be sent, and its memory is free again; never over TLS, which sends later. */
  readonly isFlushed: boolean;
  write(data: string | Buffer): void;
}

/** Writes a head with what there is of its body, which is not looked at after the call; a body that is text already comes as such. */
export function writeMessage(sink: MessageSink, head: string, body: string | Buffer | null): void {
  if (body === null) sink.write(head);
  else if (typeof body === "string") sink.write(head + body);
  else if (body.length <= TEXT_BYTES_MAX) sink.write(head + body.toString("latin1"));
  else writeLarge(sink, head, body);
}

/** Writes text, or a part of a body, which is not looked at after the call. */
export function writeBytes(sink: MessageSink, bytes: string | Buffer): void {
  if (typeof bytes === "string") sink.write(bytes);
  else if (bytes.length <= TEXT_BYTES_MAX) sink.write(bytes.toString("latin1"));
  else writeLarge(sink, "", bytes);
}

function writeLarge(sink: MessageSink, head: string, body: Buffer): void {
  const length = head.length + body.length;
  // Where something waits already this will wait too: no more memory than it needs.
  const mayPass = length <= PASSING_BYTES && sink.isFlushed;
  const memory = mayPass ? passing : Buffer.allocUnsafeSlow(length);
  if (head !== "") memory.write(head, "latin1");
  memory.set(body, head.length);
  sink.write(memory.length === length ? memory : memory.subarray(0, length));
  if (mayPass && !sink.isFlushed) passing = Buffer.allocUnsafeSlow(PASSING_BYTES);
}
