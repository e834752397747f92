"use client";

import { Ellipsis, Plus } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { LifecycleDialog } from "@/components/governance/lifecycle-dialog.tsx";
import { LifecycleLines } from "@/components/governance/lifecycle-lines.tsx";
import { LifecycleTag } from "@/components/governance/lifecycle-tag.tsx";
import { useVersionColors } from "@/components/live/use-version-color.ts";
import { type ReleasableWhy, releasableVersions } from "@/components/releases/releasable.ts";
import { newReleaseHref } from "@/components/releases/release-question.ts";
import { ReleaseStart } from "@/components/releases/release-start.tsx";
import { Card } from "@/components/shell/page.tsx";
import { Button } from "@/components/ui/button.tsx";
import { formatRate } from "@/components/ui/format.ts";
import { Menu, MenuItem } from "@/components/ui/menu.tsx";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { Tag } from "@/components/ui/tag.tsx";
import { VersionSwatch } from "@/components/ui/version-swatch.tsx";
import type { Service, Version } from "@/lib/client/index.ts";
import { type Removal, RemoveConfirm } from "./remove-confirm.tsx";
import { VersionForm } from "./version-form.tsx";

/** The versions with what they require and carry. */
export function VersionsCard({ service }: { readonly service: Service }) {
  const t = useTranslations("services.versions");
  const [form, setForm] = useState<{ readonly version: Version | null } | null>(null);
  const [moving, setMoving] = useState<Version | null>(null);
  const [removal, setRemoval] = useState<Removal | null>(null);
  const whys = new Map(releasableVersions(service).map(({ version, why }) => [version, why]));
  return (
    <Card
      flush
      title={t("title")}
      aside={
        <Button size="small" className="ml-auto" onClick={() => setForm({ version: null })}>
          <Plus aria-hidden />
          {t("add")}
        </Button>
      }
    >
      {service.versions.length === 0 && <p className="px-4 pb-4 text-ink-3">{t("empty")}</p>}
      <ul>
        {service.versions.map((version) => (
          <VersionItem
            key={version.version}
            version={version}
            releaseWhy={whys.get(version.version) ?? null}
            onEdit={() => setForm({ version })}
            onMove={() => setMoving(version)}
            onRemove={() => setRemoval({ kind: "version", service: service.name, version: version.version, rev: service.rev })}
          />
        ))}
      </ul>
      {form && <VersionForm service={service.name} version={form.version} onClose={() => setForm(null)} />}
      {moving && <LifecycleDialog version={moving} onClose={() => setMoving(null)} />}
      {removal && <RemoveConfirm removal={removal} onClose={() => setRemoval(null)} />}
    </Card>
  );
}

function VersionItem({
  version,
  releaseWhy,
  onEdit,
  onMove,
  onRemove,
}: {
  readonly version: Version;
  readonly releaseWhy: ReleasableWhy | null;
  readonly onEdit: () => void;
  readonly onMove: () => void;
  readonly onRemove: () => void;
}) {
  const t = useTranslations("services.versions");
  const common = useTranslations("common");
  const release = useTranslations("newRelease");
  const life = useTranslations("governance.lifecycle");
  const router = useRouter();
  const colours = useVersionColors(version.service);
  const requirements = Object.entries(version.requirements);
  const { stage, next, sunset } = version.lifecycle;
  // Of a version that was registered and nothing else, the last line says it all.
  const hasLife =
    stage !== "registered" || version.build !== undefined || next != null || sunset !== undefined || version.calledBy !== undefined;
  return (
    <li className="grid gap-1 border-t border-line px-4 py-2.5">
      <div className="flex items-center gap-2">
        <VersionSwatch colour={colours.get(version.version) ?? "var(--v0)"} />
        <span className="mono font-medium">{version.version}</span>
        {version.live && <Tag tone="accent">{t("live")}</Tag>}
        {!(version.live && stage === "registered") && <LifecycleTag stage={stage} />}
        <span className="whitespace-nowrap text-xs text-ink-3">
          {common("ready")} {version.ready}/{version.instances}
        </span>
        <span className="ml-auto flex items-center gap-1">
          {releaseWhy !== "whole" && (
            <ReleaseStart
              service={version.service}
              version={version.version}
              whyNot={releaseWhy === null ? null : release(`why.${releaseWhy}`, { version: version.version })}
            />
          )}
          <Menu
            trigger={
              <Button kind="ghost" size="icon-small" aria-label={`${version.version}: ${t("edit")}`}>
                <Ellipsis aria-hidden />
              </Button>
            }
          >
            <MenuItem disabled={releaseWhy !== null} onSelect={() => router.push(newReleaseHref(version.service, version.version))}>
              {release("begin.releaseWith")}
            </MenuItem>
            <MenuItem onSelect={onEdit}>{t("edit")}</MenuItem>
            <MenuItem onSelect={onMove}>{life("move")}</MenuItem>
            <MenuItem danger onSelect={onRemove}>
              {t("remove")}
            </MenuItem>
          </Menu>
        </span>
      </div>
      <dl className="grid grid-cols-[76px_minmax(0,1fr)] gap-x-2 gap-y-0.5 pl-[11px] text-sm">
        <dt className="text-ink-3">{t("requires")}</dt>
        <dd className="min-w-0">
          {requirements.length === 0 && <span className="text-ink-3">{t("nothing")}</span>}
          {requirements.map(([provider, range]) => (
            <div key={provider} className="truncate">
              {version.openRequirements.includes(provider) ? (
                <span className="text-ink-2">
                  {provider} <span className="mono">{range}</span> <Tag tone="unknown">{t("open")}</Tag>
                </span>
              ) : (
                <Link href={`/compatibility?consumer=${version.service}&provider=${provider}`} className="hover:text-accent">
                  {provider} <span className="mono text-ink-2">{range}</span>
                </Link>
              )}
            </div>
          ))}
        </dd>
        <dt className="text-ink-3">{t("capacity")}</dt>
        <dd className={version.capacityRps === undefined ? "text-ink-3" : ""}>
          {version.capacityRps === undefined ? t("noLimit") : common("rate", { rate: formatRate(version.capacityRps) })}
        </dd>
        {hasLife && (
          <>
            <dt className="text-ink-3">{life("label")}</dt>
            <dd>
              <LifecycleLines version={version} />
            </dd>
          </>
        )}
        <dt className="text-ink-3">{t("registered")}</dt>
        <dd className="text-ink-2">
          <RelativeTime at={version.registeredAt} /> · {version.registeredBy}
        </dd>
      </dl>
    </li>
  );
}
