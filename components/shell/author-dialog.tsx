"use client";

import { type FormEvent, useState } from "react";
import { useTranslations } from "use-intl";
import { useStore } from "zustand";
import { Button } from "@/components/ui/button.tsx";
import { Dialog, DialogActions } from "@/components/ui/dialog.tsx";
import { TextField } from "@/components/ui/text-field.tsx";
import { AUTHOR_LENGTH_MAX, authorStore } from "./author-store.ts";

/** Asks once who is making changes; an empty name goes on as "operator", so that nobody is held up at 03:12. */
export function AuthorDialog() {
  const t = useTranslations("shell.author");
  const common = useTranslations("common");
  const asking = useStore(authorStore, (state) => state.asking);
  const [name, setName] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    asking?.(name.trim() === "" ? t("fallback") : name);
  };
  return (
    <Dialog
      open={asking !== null}
      onClose={() => asking?.(null)}
      title={t("title")}
      description={t("detail")}
      width={440}
      footer={
        <DialogActions>
          <Button kind="primary" type="submit" form="author-form">
            {t("go")}
          </Button>
          <Button kind="ghost" onClick={() => asking?.(null)}>
            {common("cancel")}
          </Button>
        </DialogActions>
      }
    >
      <form id="author-form" onSubmit={submit}>
        <TextField
          label={t("label")}
          name="author"
          autoComplete="name"
          placeholder={t("fallback")}
          maxLength={AUTHOR_LENGTH_MAX}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
      </form>
    </Dialog>
  );
}
