"use client";

import { useState } from "react";
import { useTranslations } from "use-intl";
import { Card } from "@/components/shell/page.tsx";
import { FindField } from "@/components/ui/find-field.tsx";
import { formatSpan } from "@/components/ui/format.ts";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { EmptyState, ErrorState, Skeleton } from "@/components/ui/states.tsx";
import { Table, Td, Th } from "@/components/ui/table.tsx";
import { Tag } from "@/components/ui/tag.tsx";
import { useNow } from "@/components/ui/use-now.ts";
import { CertificateLife } from "./certificate-life.tsx";
import { type Identities, type IssuedCertificate, useIdentities } from "./use-identities.ts";

/** Shown at once; a mesh with more is narrowed by typing. */
const ROWS_MAX = 200;

/** Every certificate that a proxy holds for an instance: whose, from which root, and for how long still. */
export function IdentitiesCard() {
  const t = useTranslations("security.identities");
  const { data, error, refetch } = useIdentities();
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
            <span className="text-ink-3">{t("aside", { domain: data.trustDomain, life: formatSpan(data.ttlMs) })}</span>
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
          <Th left>{t("identity")}</Th>
          <Th left>{common("instance")}</Th>
          <Th left>{t("expires")}</Th>
          <Th>{t("issued")}</Th>
          <Th left>{common("proxy")}</Th>
          <Th left>{t("serial")}</Th>
          <Th left>{t("root")}</Th>
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
  const [domain = "", ...path] = item.identity.replace("spiffe://", "").split("/");
  return (
    <tr>
      <Td left>
        <span className="mono break-all" title={item.identity}>
          <span className="text-ink-3 max-[1400px]:hidden">spiffe://{domain}/</span>
          {path.join("/")}
        </span>
      </Td>
      <Td left className="mono max-w-[190px] truncate" title={item.instance}>
        {item.instance === "ingress" ? t("ingress") : item.instance}
      </Td>
      <Td left>
        <CertificateLife certificate={item} nowMs={nowMs} />
      </Td>
      <Td className="whitespace-nowrap text-ink-2">
        <RelativeTime at={item.notBefore} />
      </Td>
      <Td left className="whitespace-nowrap">
        <span className="mono">{item.proxy}</span>
        {!item.connected && (
          <Tag tone="warn" className="ml-1.5">
            {t("away")}
          </Tag>
        )}
      </Td>
      <Td left className="mono whitespace-nowrap text-ink-3" title={item.serial}>
        {item.serial.slice(0, 12)}…
      </Td>
      <Td left className="mono whitespace-nowrap text-ink-3" title={item.rootFingerprint}>
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
