/** Answers made by the proxy itself: status and title of their code, `x-interlock-code`, and a small problem document (RFC 9457). */
import { ERROR_CODES, type ErrorCode } from "../model/index.ts";

export interface OwnAnswer {
  readonly code: ErrorCode;
  /** One sentence for whoever reads the answer. */
  readonly detail: string;
  /** The caller's connection stays open. */
  readonly keepsAlive: boolean;
  /** It answers HEAD: the body is left out, its length is told. */
  readonly toHead: boolean;
  readonly toHttp10: boolean;
}

/** The complete answer as latin1 text. */
export function writeOwnAnswer({ code, detail, keepsAlive, toHead, toHttp10 }: OwnAnswer): string {
  const { status, title } = ERROR_CODES[code];
  const body = `${JSON.stringify({ type: "about:blank", title, status, code, detail })}\n`;
  const connection = keepsAlive ? (toHttp10 ? "connection: keep-alive\r\n" : "") : "connection: close\r\n";
  const retry = status === 503 ? "retry-after: 1\r\n" : "";
  const head =
    `HTTP/1.1 ${status} ${title}\r\ncontent-type: application/problem+json\r\ncontent-length: ${body.length}\r\n` +
    `cache-control: no-store\r\nx-interlock-code: ${code}\r\n${retry}${connection}\r\n`;
  return toHead ? head : head + body;
}
