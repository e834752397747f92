import { ERROR_CODES, type ErrorCode } from "../model/index.ts";
import type { Attempts } from "./attempts.ts";
import { cutAlso } from "./http1/header-walk.ts";
import type { ResponseHead } from "./http1/response-head.ts";
import type { Destination } from "./request-plan.ts";
import type { RequestRecord } from "./request-record.ts";

/**
 * What the caller's answer has besides the instance's own lines, each with its CR LF: the version that answered, and what the rule makes of the head (lines
 * that it drops are cut off `head`). Of a peer that is a proxy, the code of its own answer is passed on and noted in `record`.
 */
export function answerLines(head: ResponseHead, attempts: Attempts | null, plan: Destination | null, record: RequestRecord): string {
  if (plan?.kind !== "route") return "";
  let lines = `x-interlock-version: ${attempts?.version ?? plan.version}\r\n`;
  const { interlockCode } = head.facts;
  if (interlockCode !== "" && record.isEncrypted && isCode(interlockCode)) {
    record.code = interlockCode;
    lines += `x-interlock-code: ${interlockCode}\r\n`;
  }
  const edits = plan.plan.responseHeaders;
  if (edits !== null) {
    cutAlso(head.facts, edits.dropped, head.text, head.headersStart);
    lines += edits.text;
  }
  const setCookie = plan.effects?.setCookie ?? null;
  return setCookie === null ? lines : `${lines}set-cookie: ${setCookie}\r\n`;
}

function isCode(text: string): text is ErrorCode {
  return Object.hasOwn(ERROR_CODES, text);
}
