import type { ChannelTopic, Severity } from "../model/index.ts";

/** One thing of those that a message tells together, such as one alert of a group. */
export interface NotificationItem {
  /** Of the change, or of the event, that it comes from. */
  readonly id: string;
  readonly at: string;
  readonly subject: string;
  readonly sentence: string;
  /** Of an alert. */
  readonly alert?: {
    readonly id: string;
    readonly policy: string;
    readonly policyName: string;
    readonly severity: Severity;
    readonly state: "firing" | "resolved";
    readonly value: number | null;
    readonly bound: number | null;
    readonly firedAt: string;
    readonly resolvedAt: string | null;
  };
}

/** A message as a webhook gets it. The same `id` comes again where it is not known whether the first one arrived: whoever reads it takes each id once. */
export interface Notification {
  /** The idempotency key: the id of the change, of the event, or of the test. */
  readonly id: string;
  readonly at: string;
  readonly topic: ChannelTopic | "test";
  /** The kind of change, such as `release.advance`, or of event, such as `lease-expired`. */
  readonly kind: string;
  readonly subject: string;
  /** What happened, for people. */
  readonly sentence: string;
  readonly author: string;
  readonly reason: string;
  /** As the change has them; null where it would be too long to send. */
  readonly before: unknown;
  readonly after: unknown;
  /** Into the console. */
  readonly links: readonly { readonly title: string; readonly url: string }[];
  /** Present where several things of one kind are told together. */
  readonly items?: readonly NotificationItem[];
}

/** Bytes of a message at most; before and after are left out of a longer one. */
export const NOTIFICATION_BYTES_MAX = 65_536;
/** Things told together at most. */
export const ITEMS_MAX = 50;

/** The message within its bounds. */
export function bounded(notification: Notification): Notification {
  if (Buffer.byteLength(JSON.stringify(notification)) <= NOTIFICATION_BYTES_MAX) return notification;
  const { items, ...rest } = {
    ...notification,
    before: null,
    after: null,
    sentence: clip(notification.sentence),
    reason: clip(notification.reason),
  };
  return items === undefined ? rest : { ...rest, items: items.map((item) => ({ ...item, sentence: item.sentence.slice(0, 500) })) };
}

function clip(text: string): string {
  return text.length <= 2_000 ? text : `${text.slice(0, 1_999)}…`;
}
