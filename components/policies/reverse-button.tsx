"use client";

import { useQuery } from "@tanstack/react-query";
import { RotateCcw } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { UndoConfirm } from "@/components/activity/undo-confirm.tsx";
import { VerbConfirm } from "@/components/releases/verb-confirm.tsx";
import { openRollback } from "@/components/rollback/rollback-store.ts";
import { api } from "@/components/shell/api.ts";
import { Button } from "@/components/ui/button.tsx";
import type { Cause } from "./use-policies.ts";

type Reverse = NonNullable<Cause["reverse"]>;

/** Takes a change back, after the confirmation that such a step always has. */
export function ReverseButton({ isFirst, reverse }: { readonly reverse: Reverse; readonly isFirst: boolean }) {
  const t = useTranslations("policies.reverse");
  const [isAsking, setAsking] = useState(false);
  const { kind, target } = reverse;
  const close = () => setAsking(false);
  return (
    <>
      <Button
        size="small"
        kind={isFirst ? "danger" : "default"}
        onClick={() => (kind === "rollback" ? openRollback(target) : setAsking(true))}
      >
        <RotateCcw aria-hidden />
        {t(kind, { target })}
      </Button>
      {isAsking && kind === "undo" && <AskUndo id={target} onClose={close} />}
      {isAsking && kind === "release-rollback" && <AskRelease id={target} onClose={close} />}
    </>
  );
}

function AskUndo({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const { data } = useQuery({
    queryKey: ["policies", "change", id],
    queryFn: ({ signal }) => api.call("GET /api/v1/changes/{id}", { params: { id }, signal }),
  });
  return data === undefined ? null : <UndoConfirm change={data} onClose={onClose} />;
}

function AskRelease({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const { data } = useQuery({
    queryKey: ["policies", "release", id],
    queryFn: ({ signal }) => api.call("GET /api/v1/releases/{id}", { params: { id }, signal }),
  });
  return data === undefined ? null : <VerbConfirm release={data} verb="rollback" onClose={onClose} />;
}
