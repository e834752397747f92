/** Up to this many bytes a body joins its head in one string; copying costs less than a second write. */
const JOIN_BYTES_MAX = 16 * 1024;

/** A connection to whoever gets the message. */
export interface MessageSink {
  write(data: string | Buffer): void;
  writePair(first: string, second: Buffer): void;
}

/** Writes a head with what there is of its body; a body that is text already comes as such. */
export function writeMessage(sink: MessageSink, head: string, body: string | Buffer | null): void {
  if (body === null) sink.write(head);
  else if (typeof body === "string") sink.write(head + body);
  else if (body.length <= JOIN_BYTES_MAX) sink.write(head + body.toString("latin1"));
  else sink.writePair(head, body);
}
