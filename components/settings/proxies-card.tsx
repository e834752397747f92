"use client";

import { useTranslations } from "use-intl";
import { useMesh } from "@/components/live/use-mesh.ts";
import { useIsStale } from "@/components/live/use-stream-status.ts";
import { Card } from "@/components/shell/page.tsx";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { EmptyState, Skeleton } from "@/components/ui/states.tsx";
import { Table, Td, Th } from "@/components/ui/table.tsx";
import { Tag } from "@/components/ui/tag.tsx";
import type { Mesh } from "@/lib/client/index.ts";

/** Every proxy that ever connected: where it runs, what it serves, and what it refused last. */
export function ProxiesCard() {
  const t = useTranslations("settings");
  const mesh = useMesh();
  const isStale = useIsStale();
  if (!mesh && isStale) return null;
  if (!mesh) {
    return (
      <Card title={t("proxies")}>
        <Skeleton className="h-24" />
      </Card>
    );
  }
  const { proxies } = mesh;
  const newest = Math.max(0, ...proxies.map((proxy) => proxy.snapshotVersion ?? 0));
  const connected = proxies.filter((proxy) => proxy.connected).length;
  return (
    <Card
      title={t("proxies")}
      aside={
        proxies.length > 0 && (
          <span className={connected < proxies.length ? "text-warn" : "text-ink-3"}>
            {t("proxiesAside", { connected, total: proxies.length })}
          </span>
        )
      }
      flush
    >
      {proxies.length === 0 ? (
        <EmptyState title={t("proxiesNone")}>{t("proxiesNoneDetail")}</EmptyState>
      ) : (
        <Table label={t("proxies")}>
          <thead>
            <tr>
              <Th left>{t("proxy.node")}</Th>
              <Th left>{t("proxy.state")}</Th>
              <Th>{t("proxy.snapshot")}</Th>
              <Th>{t("proxy.ingress")}</Th>
              <Th>{t("proxy.seen")}</Th>
              <Th left>{t("proxy.nack")}</Th>
            </tr>
          </thead>
          <tbody>
            {proxies.map((proxy) => (
              <ProxyRow key={proxy.id} proxy={proxy} newest={newest} />
            ))}
          </tbody>
        </Table>
      )}
    </Card>
  );
}

/** `newest`: the newest snapshot that any proxy serves. */
function ProxyRow({ proxy, newest }: { readonly proxy: Mesh["proxies"][number]; readonly newest: number }) {
  const t = useTranslations("settings.proxy");
  const { snapshotVersion, ingressPort, nack } = proxy;
  const behind = snapshotVersion === null ? 0 : newest - snapshotVersion;
  return (
    <tr>
      <Td left className="mono whitespace-nowrap">
        {proxy.node}
        {proxy.id !== proxy.node && <span className="text-ink-3"> {proxy.id}</span>}
      </Td>
      <Td left>
        <Tag tone={proxy.connected ? "ok" : "bad"}>{proxy.connected ? t("connected") : t("lost")}</Tag>
      </Td>
      <Td className="whitespace-nowrap">
        {snapshotVersion ?? <span className="text-ink-3">{t("snapshotNone")}</span>}
        {behind > 0 && <span className="ml-1.5 text-warn">{t("behind", { n: behind })}</span>}
      </Td>
      <Td>{ingressPort ?? <span className="text-ink-3">{t("ingressNone")}</span>}</Td>
      <Td>
        <RelativeTime at={proxy.lastSeenAt} className="whitespace-nowrap text-ink-2" />
      </Td>
      <Td left>
        {nack ? (
          <div className="grid">
            <span className="flex flex-wrap items-baseline gap-x-2">
              <span className="strong text-bad">{t("nackAt", { version: nack.version })}</span>
              <RelativeTime at={nack.at} className="text-ink-3" />
              <span className="mono text-ink-3">{nack.code}</span>
            </span>
            <span className="break-words text-ink-2">{nack.detail}</span>
          </div>
        ) : (
          <span className="text-ink-3">{t("nackNone")}</span>
        )}
      </Td>
    </tr>
  );
}
