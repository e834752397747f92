/**
 * What an event's id says: how far a reader has come. `<era>-<frame>-<seq>`; readers treat it as opaque.
 *
 * `era`: a new one with each start of the engine, and whenever the stream forgot its history. `frame`: the last figure frame of that era;
 * 0 while a reader has not all its snapshots. `seq`: the last change of the log; null while a reader has no activity yet. It is the
 * log's own number, so it stays good across eras.
 */
export interface StreamPosition {
  readonly era: string;
  readonly frame: number;
  readonly seq: number | null;
}

/** The id of an event. */
export function encodePosition({ era, frame, seq }: StreamPosition): string {
  return `${era}-${frame}-${seq ?? "x"}`;
}

/** Reads an id; undefined for anything that no stream has given out. */
export function decodePosition(id: string): StreamPosition | undefined {
  const match = /^([0-9a-z]{1,32})-(\d{1,15})-(\d{1,15}|x)$/.exec(id);
  if (match === null) return undefined;
  const [, era = "", frame = "", seq = ""] = match;
  return { era, frame: Number(frame), seq: seq === "x" ? null : Number(seq) };
}
