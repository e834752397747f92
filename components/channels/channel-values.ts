import { CHANNEL_TOPICS, type ChannelTopic, type Severity } from "@/lib/model/index.ts";
import type { Channel, ChannelKind } from "./channel-view.ts";

/** Fields of the form, as they are typed. */
export interface ChannelValues {
  readonly name: string;
  readonly kind: ChannelKind;
  readonly url: string;
  readonly slackUrl: string;
  readonly host: string;
  readonly port: string;
  readonly from: string;
  readonly to: string;
  readonly user: string;
  /** Signing secret or password; empty keeps what there is. */
  readonly secret: string;
  readonly dropsSecret: boolean;
  readonly topics: readonly ChannelTopic[];
  readonly minSeverity: Severity;
}

/** What a form begins with. */
export function valuesOf(channel: Channel | null): ChannelValues {
  const target = channel?.target;
  return {
    name: channel?.name ?? "",
    kind: target?.kind ?? "webhook",
    url: target?.kind === "webhook" ? target.url : "",
    slackUrl: "",
    host: target?.kind === "smtp" ? target.host : "",
    port: target?.kind === "smtp" ? String(target.port) : "587",
    from: target?.kind === "smtp" ? target.from : "",
    to: target?.kind === "smtp" ? target.to.join(", ") : "",
    user: target?.kind === "smtp" ? (target.user ?? "") : "",
    secret: "",
    dropsSecret: false,
    topics: channel?.topics ?? CHANNEL_TOPICS,
    minSeverity: channel?.minSeverity ?? "warning",
  };
}

/** Body of the request. `enabled`: as it is. */
export function bodyOf(values: ChannelValues, enabled: boolean) {
  const { minSeverity, topics } = values;
  const secret = values.dropsSecret ? { secret: null } : values.secret === "" ? {} : { secret: values.secret };
  return {
    target: targetOf(values),
    ...(values.kind === "slack" ? {} : secret),
    topics: [...topics],
    minSeverity,
    enabled,
  };
}

/** The body without its secrets, for a command that is shown. */
export function shownBody(values: ChannelValues, enabled: boolean) {
  const hide = (text: string) => (text === "" ? "" : "…");
  return bodyOf({ ...values, secret: hide(values.secret), slackUrl: hide(values.slackUrl) }, enabled);
}

/** The same on the command line; secrets come from a file. */
export function channelCommand({
  dropsSecret,
  from,
  host,
  kind,
  minSeverity,
  name,
  port,
  secret,
  slackUrl,
  to,
  topics,
  url,
  user,
}: ChannelValues): string {
  const target =
    kind === "webhook"
      ? `--webhook ${url || "<url>"}`
      : kind === "slack"
        ? "--slack"
        : `--smtp ${host || "<host>"}:${port} --from ${from || "<address>"} --to ${listOf(to).join(",") || "<address>"}`;
  const hasSecret = !dropsSecret && (kind === "slack" ? slackUrl : secret) !== "";
  return [
    `interlock channels set ${name || "<name>"} ${target}`,
    ...(kind === "smtp" && user !== "" ? [`--user ${user}`] : []),
    ...(hasSecret ? ["--secret-file <file>"] : []),
    ...(dropsSecret && kind !== "slack" ? ["--no-secret"] : []),
    `--topics ${topics.join(",")}`,
    `--min-severity ${minSeverity}`,
  ].join(" ");
}

function targetOf({ from, host, kind, port, slackUrl, to, url, user }: ChannelValues) {
  if (kind === "webhook") return { kind, url: url.trim() };
  if (kind === "slack") return { kind, ...(slackUrl.trim() !== "" && { url: slackUrl.trim() }) };
  const signedIn = user.trim() === "" ? {} : { user: user.trim() };
  return { kind, host: host.trim(), port: Number(port), from: from.trim(), to: listOf(to), ...signedIn };
}

function listOf(text: string): string[] {
  return text
    .split(/[\s,;]+/)
    .map((part) => part.trim())
    .filter(Boolean);
}
