"use client";

import { useTranslations } from "use-intl";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { Table, Td, Th } from "@/components/ui/table.tsx";
import { Tag, type Tone } from "@/components/ui/tag.tsx";
import { ProcessVerbs } from "./process-verbs.tsx";
import type { DeploymentView, ProcessView } from "./use-workloads.ts";

const TONES: Readonly<Record<ProcessView["state"], Tone>> = {
  waiting: "unknown",
  starting: "accent",
  ready: "ok",
  draining: "warn",
  stopped: "unknown",
  crashed: "bad",
  "backing-off": "bad",
  lost: "bad",
};

/** Each process of a deployment: where it runs, how it stands, how it ended last, and its verbs. */
export function ProcessesTable({ deployment }: { readonly deployment: DeploymentView }) {
  const t = useTranslations("workloads.processes");
  const { instances, ready, service, version } = deployment;
  if (instances.length === 0) return <p className="text-ink-3">{t("none")}</p>;
  return (
    <div className="-mx-3.5 -mb-3.5 border-t border-line">
      <Table label={t("label", { subject: `${service} ${version}` })}>
        <thead>
          <tr>
            <Th left>{t("node")}</Th>
            <Th left>{t("state")}</Th>
            <Th left className="max-[1360px]:hidden">
              {t("instance")}
            </Th>
            <Th>{t("pid")}</Th>
            <Th>{t("age")}</Th>
            <Th>{t("restarts")}</Th>
            <Th>
              <span className="sr-only">{t("verbs")}</span>
            </Th>
          </tr>
        </thead>
        <tbody>
          {instances.map((process) => (
            <ProcessRow
              key={process.assignment}
              process={process}
              isOld={process.generation !== deployment.generation}
              isLastReady={ready === 1 && process.state === "ready"}
            />
          ))}
        </tbody>
      </Table>
    </div>
  );
}

interface ProcessRowProps {
  readonly process: ProcessView;
  readonly isOld: boolean;
  readonly isLastReady: boolean;
}

function ProcessRow({ process, isOld, isLastReady }: ProcessRowProps) {
  const t = useTranslations("workloads.processes");
  const { instance, node, pid, port, problem, restarts, startedAt, state } = process;
  return (
    <tr>
      <Td left className="mono">
        {node}
      </Td>
      <Td left>
        <span className="flex items-center gap-1.5 whitespace-nowrap">
          <Tag tone={TONES[state]} {...(problem !== null && { title: problem.detail })}>
            {t(`states.${state}`)}
          </Tag>
          {isOld && (
            <Tag tone="unknown" title={t("oldHint")}>
              {t("old")}
            </Tag>
          )}
          <LastExit process={process} />
        </span>
      </Td>
      <Td left className="mono text-ink-2 max-[1360px]:hidden">
        {instance === null ? <span className="text-ink-3">{t("noInstance")}</span> : `${instance}${port === null ? "" : ` :${port}`}`}
      </Td>
      <Td className="text-ink-2">{pid}</Td>
      <Td className="whitespace-nowrap text-ink-2">{startedAt !== null && <RelativeTime at={startedAt} />}</Td>
      <Td className={restarts > 0 ? "text-warn" : "text-ink-3"}>{restarts}</Td>
      <Td>
        <ProcessVerbs process={process} isLastReady={isLastReady} />
      </Td>
    </tr>
  );
}

/** How it ended last, while it does not serve. */
function LastExit({ process: { lastExit, state } }: { readonly process: ProcessView }) {
  const t = useTranslations("workloads.processes");
  if (lastExit === null || state === "ready") return null;
  const { code, signal } = lastExit;
  return (
    <span className="text-xs text-ink-3">
      {signal === undefined ? t("exitCode", { code: String(code ?? "?") }) : t("exitSignal", { signal })}
    </span>
  );
}
