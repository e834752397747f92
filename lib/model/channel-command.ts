/** A target as somebody gives it. Of `slack` the whole address; left out, it stays as it is. */
export type ChannelTargetInput =
  | { readonly kind: "webhook"; readonly url: string }
  | { readonly kind: "slack"; readonly url?: string }
  | {
      readonly kind: "smtp";
      readonly host: string;
      readonly port: number;
      readonly from: string;
      readonly to: readonly string[];
      readonly user?: string;
    };

/** What people ask of channels. `rev`: 0 for one that must not exist yet. */
export type ChannelCommand =
  | {
      readonly kind: "channel.set";
      readonly name: string;
      readonly rev: number;
      readonly target: ChannelTargetInput;
      /** Of a webhook what it is signed with, of a mail server the password. Left out: as it is; null: none. Never in the log. */
      readonly secret?: string | null;
      readonly topics: readonly string[];
      readonly minSeverity: string;
      readonly enabled: boolean;
    }
  | { readonly kind: "channel.remove"; readonly name: string; readonly rev: number };
