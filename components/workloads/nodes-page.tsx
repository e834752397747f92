"use client";

import { useState } from "react";
import { useTranslations } from "use-intl";
import { Card, Page } from "@/components/shell/page.tsx";
import { UnlockNote } from "@/components/shell/unlock-note.tsx";
import { CopyCommand } from "@/components/ui/copy-command.tsx";
import { EmptyState, ErrorState, SkeletonRows } from "@/components/ui/states.tsx";
import { Table, Th } from "@/components/ui/table.tsx";
import { DeploymentsTable } from "./deployments-table.tsx";
import { NodeConfirm } from "./node-confirm.tsx";
import { NodeRow } from "./node-row.tsx";
import { type NodeView, useNodes } from "./use-workloads.ts";

/** Where instances run: each node with its agent and proxy, what is there, and the way to empty it; and what is deployed on them. */
export function NodesPage() {
  const t = useTranslations("workloads.nodes");
  const { data, error, refetch } = useNodes();
  const nodes = data?.items ?? [];
  return (
    <Page
      title={t("title")}
      aside={
        nodes.length > 0 && (
          <span className="text-ink-2">
            {t("aside", { nodes: nodes.length, taking: nodes.filter(({ schedulable }) => schedulable).length })}
          </span>
        )
      }
      actions={<UnlockNote />}
      command={<CopyCommand command={{ cli: "interlock nodes", method: "GET", path: "/api/v1/nodes" }} />}
    >
      <Card flush>
        {data ? (
          nodes.length === 0 ? (
            <EmptyState title={t("empty")}>{t("emptyDetail")}</EmptyState>
          ) : (
            <NodesTable nodes={nodes} />
          )
        ) : error ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : (
          <SkeletonRows count={3} />
        )}
      </Card>
      <DeploymentsTable />
    </Page>
  );
}

function NodesTable({ nodes }: { readonly nodes: readonly NodeView[] }) {
  const t = useTranslations("workloads.nodes");
  const [asking, setAsking] = useState<NodeView | null>(null);
  return (
    <>
      <Table label={t("label")}>
        <thead>
          <tr>
            <Th left>{t("node")}</Th>
            <Th left>{t("agent")}</Th>
            <Th left>{t("proxy")}</Th>
            <Th left>{t("instances")}</Th>
            <Th left className="max-[1200px]:hidden">
              {t("machine")}
            </Th>
            <Th left>{t("now")}</Th>
            <Th>
              <span className="sr-only">{t("drain")}</span>
            </Th>
          </tr>
        </thead>
        <tbody>
          {nodes.map((node) => (
            <NodeRow key={node.node} node={node} onAsk={() => setAsking(node)} />
          ))}
        </tbody>
      </Table>
      {asking && <NodeConfirm node={asking} others={nodes.filter(({ node }) => node !== asking.node)} onClose={() => setAsking(null)} />}
    </>
  );
}
