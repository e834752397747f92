"use client";

import { useQuery } from "@tanstack/react-query";
import { queries } from "@/components/shell/api.ts";
import { RequestTester } from "@/components/simulate/request-tester.tsx";
import { useQuestion, useSimulation } from "@/components/simulate/use-simulation.ts";
import type { Service } from "@/lib/client/index.ts";
import { RoutesCard } from "./routes-card.tsx";

/** The rules of a service, and beside them the question where a request would go: the rule that takes it is marked. */
export function RoutesTab({ service }: { readonly service: Service }) {
  const asked = useQuestion();
  const tester = useSimulation(service.name, asked);
  const { data: routes } = useQuery(queries.routes(service.name));
  return (
    <div className="grid items-start gap-4 min-[1100px]:grid-cols-[minmax(0,1fr)_minmax(380px,38%)]">
      <RoutesCard service={service} asked={asked} taking={tester.isAsking ? null : (tester.answer?.rule ?? null)} />
      <RequestTester service={service.name} tester={tester} rules={routes?.rules ?? []} />
    </div>
  );
}
