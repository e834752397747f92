"use client";

import { Plus } from "lucide-react";
import { useRef } from "react";
import { useTranslations } from "use-intl";
import { useServices } from "@/components/live/use-services.ts";
import { Button } from "@/components/ui/button.tsx";
import { CopyCommand } from "@/components/ui/copy-command.tsx";
import { Sheet } from "@/components/ui/dialog.tsx";
import { ShiftAnswer } from "./shift-answer.tsx";
import { type AskedSplit, readQuestion, shiftCommand, writeQuestion } from "./shift-question.ts";
import { ShiftRows } from "./shift-rows.tsx";

interface ShiftSheetProps {
  /** The question as the address carries it. */
  readonly question: string;
  readonly onQuestion: (question: string) => void;
  readonly onClose: () => void;
}

/** Would these weights be safe? Asks the engine on every change of the question, and changes nothing. */
export function ShiftSheet({ question: text, onQuestion, onClose }: ShiftSheetProps) {
  const t = useTranslations("compatibility.shift");
  const services = useServices();
  const first = useRef<HTMLDivElement>(null);
  const question = readQuestion(text);
  const asked = new Set(question.map((each) => each.service));
  const addable = services.find((service) => service.versions.length > 0 && !asked.has(service.name));
  const ask = (next: readonly AskedSplit[]) => onQuestion(writeQuestion(next));
  return (
    <Sheet
      open
      onClose={onClose}
      initialFocus={first}
      title={t("title")}
      description={t("detail")}
      width={560}
      footer={
        <CopyCommand command={{ cli: shiftCommand(question), method: "POST", path: "/api/v1/can-i-shift", body: { changes: question } }} />
      }
    >
      <div ref={first} tabIndex={-1} className="grid gap-5 outline-none focus-visible:shadow-none">
        {question.map((split) => (
          <ShiftRows
            key={split.service}
            split={split}
            asked={asked}
            onSplit={(next) => ask(question.map((each) => (each === split ? next : each)))}
            onRemove={question.length > 1 ? () => ask(question.filter((each) => each !== split)) : null}
          />
        ))}
        {addable && (
          <Button
            size="small"
            className="justify-self-start"
            onClick={() => ask([...question, { service: addable.name, weights: addable.weights }])}
          >
            <Plus aria-hidden />
            {t("add")}
          </Button>
        )}
        <ShiftAnswer question={question} />
      </div>
    </Sheet>
  );
}
