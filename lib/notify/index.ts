/**
 * Tells others what happens: follows the event log for every channel, writes what it is to be told into `notifications.sqlite`, and sends it by webhook,
 * Slack-compatible webhook or mail until it has arrived.
 *
 * Invariants: at least once, in order per channel (only recipients of a mail that were refused for now get it later), each message under the id of its change; how far
 * the log was read and what was taken from it are one transaction, so that no crash loses a message; a receiver that is dead or slow holds up no other channel and
 * nothing of the engine; what waits is bounded per channel (the rest waits in the log), and given up after a day, or soon where it is the message that is refused, which is
 * said; a store that cannot be written sends nothing twice; alerts of one group within 10 s are one message, and what fires and is over keeps its order; what is silenced
 * is sent when its silence ends, if it still fires; whoever was told that it fires is told that it is over; every address passes `lib/guarded-request`. Secrets are read when a message is sent and are in no message and no log.
 * It decides no changes: channels are part of the mesh's state.
 */
export type { ChannelNews } from "./channel-worker.ts";
export { createDeliver, type DeliverOptions } from "./deliver.ts";
export type { Deliver, Delivered, NotTaken, Taken } from "./delivered.ts";
export { type ChannelStanding, type Note, Notifier, type NotifierParts } from "./notifier.ts";
export { type Outbox, type OutboxFailure, openOutbox } from "./outbox.ts";
