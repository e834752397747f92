import type { ResponseOf } from "@/lib/client/index.ts";

/** A channel as the engine shows it. */
export type Channel = ResponseOf<"GET /api/v1/channels/{name}">;

export type ChannelKind = Channel["target"]["kind"];

export const CHANNEL_KINDS: readonly ChannelKind[] = ["webhook", "slack", "smtp"];

/** How a channel does, the worst first. */
export function channelState({ enabled, standing }: Pick<Channel, "enabled" | "standing">): "off" | "failing" | "trying" | "on" {
  if (!enabled) return "off";
  if (standing.failing) return "failing";
  return standing.tries > 0 ? "trying" : "on";
}
