import type { FigureTopic } from "./figure-source.ts";

export type EventKind = "snapshot" | "delta" | "reset" | "heartbeat";

/** A figure event that was sent: kept whole for those who are up to date, and its data alone for those who catch up under their own id. */
export interface Frame {
  readonly number: number;
  readonly topic: FigureTopic;
  readonly bytes: Buffer;
  readonly data: Buffer;
}

/** One event as bytes; `data` is JSON on one line. */
export function encodeEvent(kind: EventKind, id: string, data: string): Buffer {
  return Buffer.from(`${head(kind, id)}data: ${data}\n\n`);
}

/** The data line of an event, to be sent under different ids. */
export function encodeData(data: string): Buffer {
  return Buffer.from(`data: ${data}\n\n`);
}

/** The two parts of an event whose data is encoded already. */
export function eventOf(kind: EventKind, id: string, data: Buffer): readonly Buffer[] {
  return [Buffer.from(head(kind, id)), data];
}

/** A figure event, encoded once. */
export function createFrame(number: number, topic: FigureTopic, id: string, data: string): Frame {
  const bytes = encodeEvent("delta", id, data);
  return { number, topic, bytes, data: bytes.subarray(head("delta", id).length) };
}

function head(kind: EventKind, id: string): string {
  return `event: ${kind}\nid: ${id}\n`;
}
