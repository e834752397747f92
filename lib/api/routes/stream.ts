import type { ServerResponse } from "node:http";
import { type Answer, problemAnswer, refusal } from "../answer.ts";
import { streamTopics } from "../contract/index.ts";
import { checkSameSite } from "../request/cross-site.ts";
import type { EngineStream } from "../stream/engine-stream.ts";
import { openSocketSink } from "../stream/socket-sink.ts";
import type { StreamTopic } from "../stream/stream-reader.ts";

/** Answers `GET /api/v1/stream`: a refusal, or null when the response has become a stream. */
export function answerStream(
  stream: EngineStream,
  url: URL,
  header: (name: string) => string | undefined,
  response: ServerResponse,
): Answer | null {
  // Reading across sites is impossible, but a page elsewhere could use up the streams.
  const foreign = checkSameSite(header);
  if (foreign !== undefined) return problemAnswer(foreign);
  const wanted = (url.searchParams.get("topics") ?? streamTopics.join(",")).split(",");
  const unknown = wanted.filter((topic) => !isTopic(topic));
  if (unknown.length > 0) {
    const problems = unknown.map((topic) => ({
      path: "query.topics",
      code: "input.invalid" as const,
      detail: `"${topic.slice(0, 80)}" is not a topic.`,
      fix: `Use some of ${streamTopics.join(",")}.`,
    }));
    return problemAnswer({ code: "input.invalid", detail: "The topics are not valid.", problems });
  }
  if (!stream.hasRoom()) {
    const detail = "As many live streams are open as may be.";
    return problemAnswer(refusal({ path: "", code: "stream.too-many", detail, fix: "Close other consoles, or try again in a moment." }), {
      "retry-after": "2",
    });
  }
  stream.open(openSocketSink(response), new Set(wanted.filter(isTopic)), header("last-event-id"));
  return null;
}

function isTopic(text: string): text is StreamTopic {
  return (streamTopics as readonly string[]).includes(text);
}
