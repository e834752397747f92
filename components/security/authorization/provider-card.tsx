"use client";

import { X } from "lucide-react";
import { useTranslations } from "use-intl";
import type { SortedProblems } from "@/components/services/problems-by-path.ts";
import { Button } from "@/components/ui/button.tsx";
import { FieldNote, TextArea, TextField } from "@/components/ui/text-field.tsx";
import type { ProviderFields } from "./policy-form.ts";

interface ProviderCardProps {
  readonly provider: ProviderFields;
  readonly index: number;
  readonly problems: SortedProblems;
  /** Its key set could not be read. */
  readonly isUnread: boolean;
  readonly onChange: (provider: ProviderFields) => void;
  readonly onRemove: () => void;
}

/** Where the tokens of one issuer are verified. */
export function ProviderCard({ provider, index, problems, isUnread, onChange, onRemove }: ProviderCardProps) {
  const t = useTranslations("security.policies");
  const path = `jwtProviders.${index}`;
  const fields = ["issuer", "audiences", "jwksUri", "jwks"] as const;
  const set = (part: (typeof fields)[number]) => (event: { readonly target: { readonly value: string } }) =>
    onChange({ ...provider, [part]: event.target.value });
  const plain = { autoComplete: "off", spellCheck: false, mono: true };
  return (
    <fieldset className="grid gap-2.5 rounded-3 border border-line-2 px-3.5 pb-3.5 pt-2.5">
      <legend className="sr-only">{t("provider", { n: index + 1 })}</legend>
      <div className="flex items-start gap-2.5">
        <TextField
          {...plain}
          className="min-w-0 flex-1"
          label={t("field.issuer")}
          value={provider.issuer}
          problem={problems.at(`${path}.issuer`)}
          onChange={set("issuer")}
        />
        <TextField
          {...plain}
          className="min-w-0 flex-1"
          label={t("field.audiences")}
          value={provider.audiences}
          problem={problems.at(`${path}.audiences`)}
          onChange={set("audiences")}
        />
        <Button kind="ghost" size="icon-small" aria-label={t("removeProvider", { n: index + 1 })} onClick={onRemove}>
          <X aria-hidden />
        </Button>
      </div>
      <TextField
        {...plain}
        label={t("field.jwksUri")}
        hint={t("hint.jwksUri")}
        value={provider.jwksUri}
        problem={problems.at(`${path}.jwksUri`)}
        onChange={set("jwksUri")}
      />
      <TextArea
        mono
        rows={2}
        label={t("field.jwks")}
        value={provider.jwks}
        placeholder='{"keys": [{"kty": "EC", …}]}'
        problem={isUnread ? { detail: t("unreadJwks"), fix: t("unreadJwksFix") } : problems.at(`${path}.jwks`)}
        onChange={set("jwks")}
      />
      <FieldNote
        problem={problems.besides(
          path,
          fields.map((field) => `${path}.${field}`),
        )}
      />
    </fieldset>
  );
}
