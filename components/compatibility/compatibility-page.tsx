"use client";

import { useTranslations } from "use-intl";
import { useLive } from "@/components/live/use-live.ts";
import { Card, Page } from "@/components/shell/page.tsx";
import { CopyCommand } from "@/components/ui/copy-command.tsx";
import { edgeKey } from "@/lib/client/index.ts";

/** Which version pairs carry requests now, and what is known of them. */
export function CompatibilityPage() {
  const t = useTranslations("shell.nav");
  const common = useTranslations("common.verdict");
  const edges = useLive((state) => state.versionEdges);
  return (
    <Page title={t("compatibility")} command={<CopyCommand command={{ cli: "interlock status", method: "GET", path: "/api/v1/topology" }} />}>
      <Card>
        <ul>
          {[...edges.values()].map((edge) => (
            <li key={edgeKey(edge)} className="mono">
              {edge.from.service} {edge.from.version} → {edge.to.service} {edge.to.version}: {common(edge.verdict)}
            </li>
          ))}
        </ul>
      </Card>
    </Page>
  );
}
