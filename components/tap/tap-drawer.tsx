"use client";

import Link from "next/link";
import type { ReactNode } from "react";
import { useLocale, useTranslations } from "use-intl";
import { INGRESS } from "@/components/live/topology-shape.ts";
import { LockMark } from "@/components/security/lock-mark.tsx";
import { Button } from "@/components/ui/button.tsx";
import { CopyCommand } from "@/components/ui/copy-command.tsx";
import { Sheet } from "@/components/ui/dialog.tsx";
import { formatBytes, formatMs } from "@/components/ui/format.ts";
import type { TapEntry } from "@/lib/client/index.ts";
import { commandOfFilter, NO_FILTER, type TapFilter, type TapPart } from "./tap-filter.ts";
import { Ends } from "./tap-table.tsx";
import { clockOf, statusTone } from "./tap-text.ts";
import { useCodeMeaning } from "./use-code-meaning.ts";

interface TapDrawerProps {
  readonly entry: TapEntry;
  readonly fixed: Partial<TapFilter>;
  readonly onClose: () => void;
  /** Adds a part to the filter; absent where the filter is not the operator's. */
  readonly onNarrow?: (part: TapPart, text: string) => void;
}

/** Everything that a proxy wrote down about one request, and ways to see more like it. */
export function TapDrawer({ entry, fixed, onClose, onNarrow }: TapDrawerProps) {
  const t = useTranslations("tap");
  const locale = useLocale();
  const meaningOf = useCodeMeaning();
  const day = new Intl.DateTimeFormat(locale, { dateStyle: "medium" }).format(entry.atMs);
  const like = { ...NO_FILTER, service: entry.callee.service, path: entry.path, ...(entry.code !== null && { code: entry.code }) };
  return (
    <Sheet
      open
      onClose={onClose}
      title={`${entry.method} ${entry.path}`}
      description={`${day}, ${clockOf(entry.atMs)}`}
      footer={<CopyCommand command={commandOfFilter(like)} />}
    >
      <div className="grid gap-5">
        <dl className="grid grid-cols-[130px_minmax(0,1fr)] gap-x-4 gap-y-2">
          <Fact name={t("column.status")}>
            <span className={statusTone(entry.status)}>{entry.status === 0 ? t("goneLong") : entry.status}</span>
          </Fact>
          {entry.code !== null && (
            <Fact name={t("column.code")}>
              {meaningOf(entry.code)} <span className="mono text-ink-3">{entry.code}</span>
            </Fact>
          )}
          <Fact name={t("column.who")}>
            <Ends entry={entry} />
          </Fact>
          <Fact name={t("fact.instance")}>
            {entry.instance === null ? t("noInstance") : <span className="mono">{entry.instance}</span>}
          </Fact>
          <Fact name={t("fact.connection")}>
            <span className="inline-flex items-center gap-1.5">
              <LockMark lock={entry.encrypted ? "closed" : "open"} className="size-3" />
              {entry.encrypted ? t("encrypted") : t("plain")}
            </span>
          </Fact>
          <Fact name={t("column.duration")}>
            {formatMs(entry.durationMs)}
            {entry.attempts > 1 && <span className="text-ink-3">, {t("attempts", { n: entry.attempts })}</span>}
          </Fact>
          <Fact name={t("fact.rule")}>{entry.rule ?? t("noRule")}</Fact>
          <Fact name={t("fact.host")}>
            <span className="mono">{entry.host}</span>
          </Fact>
          <Fact name={t("fact.bytes")}>{t("bytes", { in: formatBytes(entry.bytesIn), out: formatBytes(entry.bytesOut) })}</Fact>
          <Fact name={t("fact.proxy")}>
            <span className="mono">{entry.proxy}</span>, {t(entry.side === "caller" ? "sideCaller" : "sideCallee")}
          </Fact>
          {entry.mirror && <Fact name={t("fact.mirror")}>{t("mirrorLong")}</Fact>}
          {entry.traceId !== null && (
            <Fact name={t("fact.trace")}>
              <span className="mono break-all">{entry.traceId}</span>
            </Fact>
          )}
        </dl>
        <div className="grid gap-2">
          {onNarrow && <h2>{t("more")}</h2>}
          {onNarrow && (
            <div className="flex flex-wrap gap-2">
              <Narrow part="caller" text={entry.caller.service} fixed={fixed} onNarrow={onNarrow} />
              <Narrow part="service" text={entry.callee.service} fixed={fixed} onNarrow={onNarrow} />
              <Narrow part="path" text={entry.path} fixed={fixed} onNarrow={onNarrow} />
              {entry.status > 0 && <Narrow part="status" text={String(entry.status)} fixed={fixed} onNarrow={onNarrow} />}
              {entry.code !== null && <Narrow part="code" text={entry.code} fixed={fixed} onNarrow={onNarrow} />}
            </div>
          )}
          <p className="flex flex-wrap gap-x-4">
            <Link
              className="text-accent hover:underline"
              href={`/topology?selected=${encodeURIComponent(`${entry.caller.service}>${entry.callee.service}`)}`}
            >
              {t("showEdge")}
            </Link>
            {entry.callee.service !== INGRESS && (
              <Link className="text-accent hover:underline" href={`/services/${encodeURIComponent(entry.callee.service)}`}>
                {t("openService", { service: entry.callee.service })}
              </Link>
            )}
          </p>
        </div>
      </div>
    </Sheet>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-3">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  );
}

interface NarrowProps {
  readonly fixed: Partial<TapFilter>;
  readonly onNarrow: (part: TapPart, text: string) => void;
  readonly part: TapPart;
  readonly text: string;
}

function Narrow({ part, text, fixed, onNarrow }: NarrowProps) {
  const t = useTranslations("tap");
  if (fixed[part] !== undefined) return null;
  return (
    <Button size="small" onClick={() => onNarrow(part, text)}>
      {t(`part.${part}`)} <span className="mono max-w-[220px] truncate">{text}</span>
    </Button>
  );
}
