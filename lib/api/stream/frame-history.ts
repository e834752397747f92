import type { Frame } from "./frame.ts";

/** Two minutes of three topics at two a second, less where the mesh is so large that bytes run out first. */
const FRAMES_MAX = 360;
const BYTES_MAX = 16 * 1024 * 1024;

/** The newest figure frames, numbered without gaps: what a reader that comes back is given instead of snapshots. */
export class FrameHistory {
  #frames: Frame[] = [];
  #bytes = 0;

  push(frame: Frame): void {
    this.#frames.push(frame);
    this.#bytes += frame.bytes.length;
    while (this.#frames.length > FRAMES_MAX || this.#bytes > BYTES_MAX) this.#bytes -= this.#frames.shift()?.bytes.length ?? 0;
  }

  /** Whether every frame after `number`, up to `newest`, is still here. */
  reaches(number: number, newest: number): boolean {
    if (number >= newest) return number === newest;
    const oldest = this.#frames[0]?.number;
    return oldest !== undefined && number >= oldest - 1;
  }

  /** The frame with that number. */
  at(number: number): Frame | undefined {
    const oldest = this.#frames[0]?.number;
    return oldest === undefined ? undefined : this.#frames[number - oldest];
  }

  clear(): void {
    this.#frames = [];
    this.#bytes = 0;
  }
}
