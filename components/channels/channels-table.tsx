"use client";

import { Ellipsis, Pencil, Power, Send, Trash2 } from "lucide-react";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button.tsx";
import { Menu, MenuItem } from "@/components/ui/menu.tsx";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { Table, Td, Th } from "@/components/ui/table.tsx";
import { Tag, type Tone } from "@/components/ui/tag.tsx";
import { CHANNEL_TOPICS } from "@/lib/model/index.ts";
import { bodyOf, valuesOf } from "./channel-values.ts";
import { type Channel, channelState } from "./channel-view.ts";
import { useChannelTest, useChannelWrite } from "./use-channels.ts";

interface ChannelsTableProps {
  readonly channels: readonly Channel[];
  readonly onEdit: (channel: Channel) => void;
  readonly onRemove: (channel: Channel) => void;
}

/** Channels by name: where each sends to, what it is told of, and how it does. */
export function ChannelsTable({ channels, onEdit, onRemove }: ChannelsTableProps) {
  const t = useTranslations("channels");
  return (
    <Table label={t("title")}>
      <thead>
        <tr>
          <Th left>{t("columns.name")}</Th>
          <Th left>{t("columns.where")}</Th>
          <Th left>{t("columns.told")}</Th>
          <Th left>{t("columns.state")}</Th>
          <Th>{t("columns.delivered")}</Th>
          <Th>{t("columns.pending")}</Th>
          <Td aria-hidden className="border-t-0" />
        </tr>
      </thead>
      <tbody>
        {channels.map((channel) => (
          <ChannelRow key={channel.name} channel={channel} onEdit={() => onEdit(channel)} onRemove={() => onRemove(channel)} />
        ))}
      </tbody>
    </Table>
  );
}

interface ChannelRowProps {
  readonly channel: Channel;
  readonly onEdit: () => void;
  readonly onRemove: () => void;
}

function ChannelRow({ channel, onEdit, onRemove }: ChannelRowProps) {
  const t = useTranslations("channels");
  const { enabled, name, rev, standing } = channel;
  const testing = useChannelTest();
  const { run } = useChannelWrite(() => undefined);
  const turn = () => run({ name, rev, body: bodyOf(valuesOf(channel), !enabled) });
  return (
    <tr>
      <Td left className="mono whitespace-nowrap">
        {name}
      </Td>
      <Td left>
        <Place target={channel.target} />
      </Td>
      <Td left className="text-ink-2">
        <Told channel={channel} />
      </Td>
      <Td left>
        <State channel={channel} />
      </Td>
      <Td className="whitespace-nowrap">
        {standing.deliveredAt === null ? <span className="text-ink-3">{t("never")}</span> : <RelativeTime at={standing.deliveredAt} />}
      </Td>
      <Td>{standing.pending}</Td>
      <Td>
        <div className="flex justify-end gap-1">
          <Button size="small" disabled={testing.isPending} onClick={() => testing.mutate(name)}>
            <Send aria-hidden />
            {testing.isPending ? t("testing") : t("test")}
          </Button>
          <Menu
            trigger={
              <Button size="small" kind="ghost" aria-label={t("actions", { name })}>
                <Ellipsis aria-hidden />
              </Button>
            }
          >
            <MenuItem onSelect={onEdit}>
              <Pencil aria-hidden />
              {t("edit")}
            </MenuItem>
            <MenuItem onSelect={turn}>
              <Power aria-hidden />
              {enabled ? t("turnOff") : t("turnOn")}
            </MenuItem>
            <MenuItem danger onSelect={onRemove}>
              <Trash2 aria-hidden />
              {t("remove")}
            </MenuItem>
          </Menu>
        </div>
      </Td>
    </tr>
  );
}

function Place({ target }: { readonly target: Channel["target"] }) {
  const t = useTranslations("channels");
  const text =
    target.kind === "webhook"
      ? target.url
      : target.kind === "slack"
        ? `${target.host}/…`
        : t("by", { to: target.to.join(", "), server: `${target.host}:${target.port}` });
  return (
    <div className="grid">
      <span>
        {t(`kinds.${target.kind}`)}
        {target.kind === "webhook" && !target.hasSecret && <span className="text-warn"> {t("unsigned")}</span>}
      </span>
      <span className="mono max-w-[52ch] break-all text-ink-2">{text}</span>
    </div>
  );
}

function Told({ channel: { minSeverity, topics } }: { readonly channel: Channel }) {
  const t = useTranslations("channels");
  const severity = t(`severities.${minSeverity}`);
  if (topics.length === CHANNEL_TOPICS.length) return t("everything", { severity });
  return topics.map((topic) => (topic === "alerts" ? t("alertsFrom", { severity }) : t(`topics.${topic}`))).join(", ");
}

const TONES: Readonly<Record<ReturnType<typeof channelState>, Tone>> = { on: "ok", off: "unknown", failing: "bad", trying: "warn" };

function State({ channel }: { readonly channel: Channel }) {
  const t = useTranslations("channels");
  const state = channelState(channel);
  const { lastError, tries } = channel.standing;
  return (
    <div className="grid justify-items-start gap-0.5">
      <span className="flex items-center gap-2">
        <Tag tone={TONES[state]}>{t(`states.${state}`)}</Tag>
        {tries > 0 && <span className="whitespace-nowrap text-ink-3">{t("tries", { n: tries })}</span>}
      </span>
      {lastError !== null && (
        <span className="max-w-[52ch] break-words text-ink-2">
          {lastError.sentence} <RelativeTime at={lastError.at} className="text-ink-3" />
        </span>
      )}
    </div>
  );
}
