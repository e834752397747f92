"use client";

import { useState } from "react";
import { useTranslations } from "use-intl";
import { Card } from "@/components/shell/page.tsx";
import { FindField } from "@/components/ui/find-field.tsx";
import { InstanceName } from "@/components/ui/instance-name.tsx";
import { KeepTail } from "@/components/ui/keep-tail.tsx";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { EmptyState, ErrorState, Skeleton } from "@/components/ui/states.tsx";
import { Table, Td, Th } from "@/components/ui/table.tsx";
import { Tag } from "@/components/ui/tag.tsx";
import { useNow } from "@/components/ui/use-now.ts";
import { useSpan } from "@/components/ui/use-span.ts";
import { CertificateLife } from "./certificate-life.tsx";
import { type Identities, type IssuedCertificate, useIdentities } from "./use-identities.ts";

/** Shown at once; a mesh with more is narrowed by typing. */
const ROWS_MAX = 200;
/** Where room is short the serial goes first, then the root: whose certificate it is and until when always stay. */
const SERIAL_ROOM = "max-[1320px]:hidden";
const ROOT_ROOM = "max-[1180px]:hidden";

/** Every certificate that a proxy holds for an instance: whose, from which root, and for how long still. */
export function IdentitiesCard() {
  const t = useTranslations("security.identities");
  const { data, error, refetch } = useIdentities();
  const span = useSpan();
  const [text, setText] = useState("");
  const found = (data?.items ?? []).filter((item) =>
    [item.identity, item.instance, item.proxy, item.serial].some((part) => part.includes(text.trim())),
  );
  return (
    <Card
      flush
      title={t("title")}
      aside={
        data && (
          <>
            <span className="text-ink-3">{t("aside", { domain: data.trustDomain, life: span(data.ttlMs) })}</span>
            <FindField className="ml-auto w-[240px]" label={t("find")} value={text} onChange={setText} />
          </>
        )
      }
    >
      {data ? (
        data.items.length === 0 ? (
          <EmptyState title={t("none")}>{t("noneDetail")}</EmptyState>
        ) : found.length === 0 ? (
          <p className="px-4 pb-4 text-ink-3">{t("noneFits", { text })}</p>
        ) : (
          <IdentitiesTable items={found.slice(0, ROWS_MAX)} roots={data.roots} />
        )
      ) : error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <Skeleton className="m-4 h-40" />
      )}
      {found.length > ROWS_MAX && <p className="border-t border-line px-4 py-2 text-ink-3">{t("more", { n: found.length - ROWS_MAX })}</p>}
    </Card>
  );
}

function IdentitiesTable({ items, roots }: { readonly items: readonly IssuedCertificate[]; readonly roots: Identities["roots"] }) {
  const t = useTranslations("security.identities");
  const common = useTranslations("common");
  return (
    <Table label={t("title")}>
      <thead>
        <tr>
          <Th left className="w-[58%]">
            {t("identity")}
          </Th>
          <Th left className="w-[42%]">
            {common("instance")}
          </Th>
          <Th left>{t("expires")}</Th>
          <Th>{t("issued")}</Th>
          <Th left>{common("proxy")}</Th>
          <Th left className={SERIAL_ROOM}>
            {t("serial")}
          </Th>
          <Th left className={ROOT_ROOM}>
            {t("root")}
          </Th>
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <IdentityRow key={`${item.proxy} ${item.instance} ${item.serial}`} item={item} roots={roots} />
        ))}
      </tbody>
    </Table>
  );
}

function IdentityRow({ item, roots }: { readonly item: IssuedCertificate; readonly roots: Identities["roots"] }) {
  const t = useTranslations("security.identities");
  const nowMs = useNow();
  const root = roots.find(({ fingerprint }) => fingerprint === item.rootFingerprint);
  const [, scheme = "", path = "", version = ""] = /^(spiffe:\/\/[^/]*\/)(.*?)(\/version\/[^/]*)?$/.exec(item.identity) ?? [];
  return (
    <tr>
      <Td left className="mono min-w-[190px] max-w-0">
        <span className="flex min-w-0" title={item.identity}>
          <span className="min-w-0 shrink-[999] truncate text-ink-3 max-[1400px]:hidden">{scheme}</span>
          <KeepTail head={path} tail={version} />
        </span>
      </Td>
      <Td left className="mono min-w-[150px] max-w-0">
        {item.instance === "ingress" ? t("ingress") : <InstanceName id={item.instance} />}
      </Td>
      <Td left>
        <CertificateLife certificate={item} nowMs={nowMs} />
      </Td>
      <Td className="whitespace-nowrap text-ink-2">
        <RelativeTime at={item.notBefore} />
      </Td>
      <Td left className="whitespace-nowrap max-[1180px]:pr-4">
        <span className="mono">{item.proxy}</span>
        {!item.connected && (
          <Tag tone="warn" className="ml-1.5">
            {t("away")}
          </Tag>
        )}
      </Td>
      <Td left className={`mono whitespace-nowrap text-ink-3 ${SERIAL_ROOM}`} title={item.serial}>
        {item.serial.slice(0, 12)}…
      </Td>
      <Td left className={`mono whitespace-nowrap text-ink-3 ${ROOT_ROOM}`} title={item.rootFingerprint}>
        {item.rootFingerprint.slice(0, 8)}
        {root?.state !== "issuing" && (
          <Tag tone="warn" className="ml-1.5" title={t("oldRootHint")}>
            {t("oldRoot")}
          </Tag>
        )}
      </Td>
    </tr>
  );
}
