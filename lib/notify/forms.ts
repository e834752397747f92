import type { Notification } from "./notification.ts";

const CONTROL = /\p{Cc}+/gu;
const SLACK_TEXT_MAX = 2_900;
const SUBJECT_MAX = 180;

/** What Slack's incoming webhooks take, and those that copy them: text for notices, a section and a line of links for the channel. */
export function slackForm({ at, author, links, reason, sentence }: Notification): string {
  const text = escapeSlack(sentence).slice(0, SLACK_TEXT_MAX);
  const refs = links.map(({ title, url }) => `<${escapeSlack(url)}|${escapeSlack(title)}>`);
  const about = [at, author, reason].filter((part) => part !== "").map(escapeSlack);
  return JSON.stringify({
    text,
    blocks: [
      { type: "section", text: { type: "mrkdwn", text } },
      { type: "context", elements: [{ type: "mrkdwn", text: [...about, ...refs].join(" · ").slice(0, SLACK_TEXT_MAX) }] },
    ],
  });
}

/** Subject and text of a mail. */
export function mailForm({ at, author, id, items, kind, links, reason, sentence, subject }: Notification): {
  readonly subject: string;
  readonly text: string;
} {
  const title = `[interlock] ${sentence}`.replace(CONTROL, " ");
  const lines = [
    sentence,
    "",
    ...(items !== undefined && items.length > 1 ? [...items.map((item) => `- ${item.sentence}`), ""] : []),
    `${kind}  ${subject}`,
    `at ${at}${author === "" ? "" : ` by ${author}`}`,
    ...(reason === "" ? [] : [`reason: ${reason}`]),
    "",
    ...links.map(({ title: what, url }) => `${what}: ${url}`),
    "",
    `id ${id}`,
  ];
  return { subject: title.length <= SUBJECT_MAX ? title : `${title.slice(0, SUBJECT_MAX - 1)}…`, text: lines.join("\n") };
}

/** Slack's three reserved characters; everything else is text. */
function escapeSlack(text: string): string {
  return text.replace(CONTROL, " ").replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
