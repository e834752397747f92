import { bounded, ITEMS_MAX, type Notification, type NotificationItem } from "./notification.ts";

const NAMED_MAX = 5;

/** How long a message waits for others of its group. */
export const GROUP_MS = 10_000;

/** A group without its kind: what fires and what is over are told in the order that they come in. */
export function seriesOf(group: string): string {
  return group.slice(0, group.lastIndexOf(" ") + 1);
}

/** Two messages of one group as one, under the id of the first; null where that one is full. */
export function merged(first: Notification, other: Notification): Notification | null {
  const items = [...(first.items ?? []), ...(other.items ?? [])];
  return items.length > ITEMS_MAX ? null : withItems(first, items);
}

/** The message with these of its items, under the id of the first of them; null where none is left. */
export function only(notification: Notification, isWanted: (item: NotificationItem) => boolean): Notification | null {
  const { items } = notification;
  if (items === undefined) return notification;
  const wanted = items.filter(isWanted);
  const [first] = wanted;
  if (wanted.length === items.length) return notification;
  return first === undefined ? null : withItems({ ...notification, id: first.id, at: first.at, before: null, after: null }, wanted);
}

function withItems(notification: Notification, items: readonly NotificationItem[]): Notification {
  const [first] = items;
  if (items.length === 1 && first !== undefined)
    return bounded({ ...notification, subject: first.subject, sentence: first.sentence, items });
  const subjects = [...new Set(items.map(({ subject }) => subject))];
  const named = subjects.slice(0, NAMED_MAX).join(", ");
  const more = subjects.length > NAMED_MAX ? ` and ${subjects.length - NAMED_MAX} more` : "";
  const sentences = items.slice(0, NAMED_MAX).map(({ sentence }) => sentence);
  const left = items.length > NAMED_MAX ? ` ${items.length - NAMED_MAX} more.` : "";
  return bounded({
    ...notification,
    subject: `${named}${more}`,
    sentence: `${items.length} ${wordFor(notification)}: ${sentences.join(" ")}${left}`,
    // Of one change only; what happened is in the items.
    before: null,
    after: null,
    items,
  });
}

function wordFor({ kind, topic }: Notification): string {
  if (kind === "alert.fire") return "alerts fire";
  if (kind === "alert.resolve") return "alerts are over";
  return topic === "workloads" ? "instances" : "events";
}
