"use client";

import { TriangleAlert } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "use-intl";
import { Card } from "@/components/shell/page.tsx";
import { formatWeight } from "@/components/ui/format.ts";
import { Table, Td, Th } from "@/components/ui/table.tsx";
import { Tag } from "@/components/ui/tag.tsx";
import { VersionOf } from "./lane-tags.tsx";
import { isOver, type ReleaseView } from "./release-view.ts";
import { StateTag } from "./state-tag.tsx";
import { useReleases } from "./use-releases.ts";

/** Other releases under way, and those whose effect could be taken for this one's; nothing when there is none. */
export function MovingNow({ release }: { readonly release: ReleaseView }) {
  const t = useTranslations("releases.moving");
  const confounds = new Map(release.confounds.map((confound) => [confound.release, confound.because]));
  const others = (useReleases().data?.items ?? []).filter(
    (other) => other.id !== release.id && (confounds.has(other.id) || (!isOver(other) && !isOver(release))),
  );
  if (others.length === 0) return null;
  return (
    <Card flush>
      <Table label={t("label")}>
        <thead>
          <tr>
            <Th left>{t("label")}</Th>
            <Th left>{t("state")}</Th>
            <Th>{t("step")}</Th>
            <Th left className="pl-6">
              {t("confused")}
            </Th>
          </tr>
        </thead>
        <tbody>
          {others.map((other) => (
            <tr key={other.id} className="relative hover:bg-[color-mix(in_srgb,var(--ink)_3%,transparent)]">
              <Td left>
                <Link href={`/releases/${encodeURIComponent(other.id)}`} className="flex items-center gap-2 after:absolute after:inset-0">
                  <VersionOf release={other} />
                </Link>
              </Td>
              <Td left>
                <StateTag state={other.state} />
              </Td>
              <Td>{formatWeight(other.weightBp)}</Td>
              <Td left className="pl-6">
                <Confused because={confounds.get(other.id)} />
              </Td>
            </tr>
          ))}
        </tbody>
      </Table>
    </Card>
  );
}

function Confused({ because }: { readonly because: string | undefined }) {
  const t = useTranslations("releases.moving");
  if (because === undefined) return <span className="text-ink-3">{t("no")}</span>;
  return (
    <span className="flex flex-wrap items-center gap-2">
      <Tag tone="warn">
        <TriangleAlert aria-hidden className="size-3" strokeWidth={2.2} />
        {t("possible")}
      </Tag>
      <span className="text-sm text-ink-2">{because}</span>
    </span>
  );
}
