import type { Severity } from "./policy.ts";

/** Which transitions a channel is told of. */
export const CHANNEL_TOPICS = ["releases", "alerts", "plans", "lifecycle", "approvals", "workloads"] as const;

export type ChannelTopic = (typeof CHANNEL_TOPICS)[number];

/**
 * Where Interlock tells others what happens. `webhook`: JSON, signed with HMAC-SHA-256 over time and body where it has a secret. `slack`: the text form that
 * Slack's incoming webhooks take; who knows such an address may write there, so all but its host is a secret. `smtp`: mail through one server; the secret
 * is the password.
 */
export type ChannelTarget =
  | { readonly kind: "webhook"; readonly url: string; readonly secretRef?: string }
  | { readonly kind: "slack"; readonly host: string; readonly secretRef: string }
  | {
      readonly kind: "smtp";
      readonly host: string;
      readonly port: number;
      readonly from: string;
      readonly to: readonly string[];
      readonly user?: string;
      readonly secretRef?: string;
    };

/** A place to notify. Secrets are not in the log: `secretRef` names one in the data folder. */
export interface Channel {
  readonly name: string;
  /** Log sequence of the change that set it; after an undo one more than the rev before. Grows for ever, over removals too: no rev that somebody saw fits again. */
  readonly rev: number;
  readonly target: ChannelTarget;
  readonly topics: readonly ChannelTopic[];
  /** Alerts below this are not told. */
  readonly minSeverity: Severity;
  readonly enabled: boolean;
  readonly updatedAt: string;
  readonly updatedBy: string;
}

/** Channels that a mesh has at most. */
export const CHANNELS_MAX = 32;
