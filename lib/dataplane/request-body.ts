import { BodyPipe } from "./http1/body-pipe.ts";
import type { HeadFault } from "./http1/head-fault.ts";
import type { RequestHead } from "./http1/request-head.ts";

/** The body of one request on its way to the instance; what came before the connection stood is kept, so that an attempt can be made again. */
export class RequestBody {
  /** What is kept; null for nothing. */
  kept: Buffer | null = null;
  readonly #pipe: BodyPipe | null;
  readonly #announced: number;

  constructor(head: RequestHead) {
    const { chunked, contentLength } = head.facts;
    this.#announced = contentLength;
    this.#pipe = head.hasBody ? new BodyPipe(chunked ? "chunked" : "length", contentLength, false) : null;
  }

  /** Every byte of the body was read (or there is none). */
  get isDone(): boolean {
    return this.#pipe === null || this.#pipe.done;
  }

  /** All of it is at hand, to be sent once more. */
  get isKept(): boolean {
    return this.#pipe === null || (this.#pipe.done && this.kept !== null);
  }

  /** Bytes of the body so far, framing apart. */
  get bytes(): number {
    return this.#pipe === null ? 0 : this.#pipe.bodyBytes;
  }

  get fault(): string | null {
    return this.#pipe === null ? null : this.#pipe.fault;
  }

  /** Why the request cannot go on with this body; null where it can. */
  refusal(bytesMax: number): HeadFault | { readonly code: "request.body-too-large"; readonly detail: string } | null {
    if (this.fault !== null) return { code: "request.malformed", detail: `The request body is not valid: ${this.fault}.` };
    if (Math.max(this.bytes, this.#announced) <= bytesMax) return null;
    return { code: "request.body-too-large", detail: `The request body is over ${bytesMax} bytes.` };
  }

  /** Position after the last byte of the last `take` that belongs to the body. */
  get end(): number {
    return this.#pipe === null ? 0 : this.#pipe.end;
  }

  /** Reads on; returns what goes to the instance, or null. Not to be called once `isDone`. */
  take(bytes: Buffer, start: number): Buffer | null {
    return this.#pipe === null ? null : this.#pipe.push(bytes, start);
  }

  keep(bytes: Buffer | null): void {
    if (bytes !== null) this.kept = this.kept === null ? bytes : Buffer.concat([this.kept, bytes]);
  }
}
