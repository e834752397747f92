"use client";

import { type FormEvent, type ReactNode, useId } from "react";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button.tsx";
import { type Command, CopyCommand } from "@/components/ui/copy-command.tsx";
import { Dialog, DialogActions, Sheet } from "@/components/ui/dialog.tsx";
import { ProblemList } from "@/components/ui/problem-list.tsx";

interface FormDialogProps {
  readonly title: string;
  readonly description?: string;
  readonly onClose: () => void;
  readonly onSubmit: (event: FormEvent) => void;
  readonly submit: string;
  readonly isPending: boolean;
  /** What is wrong and belongs to no field. */
  readonly problem: Error | null;
  readonly command: Command;
  readonly children: ReactNode;
  /** In place of the submit button, where a press is not enough. */
  readonly confirm?: ReactNode;
  /** Beside the submit button. */
  readonly extra?: ReactNode;
  /** A sheet from the right instead of a dialog, for long forms. */
  readonly wide?: boolean;
  /** After the form, and no part of it: Enter in there submits nothing. */
  readonly beneath?: ReactNode;
}

/** A form over the page: fields, the problems that belong to none of them, and the request that it will send. */
export function FormDialog({
  title,
  description,
  onClose,
  onSubmit,
  submit,
  isPending,
  problem,
  command,
  children,
  confirm,
  extra,
  wide,
  beneath,
}: FormDialogProps) {
  const common = useTranslations("common");
  const id = useId();
  const Frame = wide ? Sheet : Dialog;
  return (
    <Frame
      open
      onClose={onClose}
      title={title}
      {...(description !== undefined && { description })}
      width={wide ? 620 : 500}
      footer={
        <>
          <DialogActions>
            {confirm || (
              <Button kind="primary" type="submit" form={id} disabled={isPending}>
                {submit}
              </Button>
            )}
            {extra}
            <Button kind="ghost" onClick={onClose}>
              {common("cancel")}
            </Button>
          </DialogActions>
          <CopyCommand command={command} />
        </>
      }
    >
      <form
        id={id}
        noValidate
        className="grid gap-4"
        onSubmit={(event) => {
          // A dialog lies in a portal, yet its events bubble to the form that opened it.
          event.stopPropagation();
          onSubmit(event);
        }}
      >
        {children}
        {problem && <ProblemList error={problem} />}
      </form>
      {beneath}
    </Frame>
  );
}
