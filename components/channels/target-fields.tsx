"use client";

import { useTranslations } from "use-intl";
import type { SortedProblems } from "@/components/services/problems-by-path.ts";
import { TextField } from "@/components/ui/text-field.tsx";
import type { ChannelValues } from "./channel-values.ts";
import type { Channel } from "./channel-view.ts";

interface TargetFieldsProps {
  readonly values: ChannelValues;
  readonly onValues: (more: Partial<ChannelValues>) => void;
  /** As it is; null for a new channel. */
  readonly known: Channel["target"] | null;
  readonly problems: SortedProblems;
}

/** Where a channel sends to: the fields of its kind. */
export function TargetFields(props: TargetFieldsProps) {
  const { kind } = props.values;
  if (kind === "webhook") return <WebhookFields {...props} />;
  return kind === "slack" ? <SlackField {...props} /> : <MailFields {...props} />;
}

function WebhookFields(props: TargetFieldsProps) {
  const t = useTranslations("channels.form");
  const { onValues, problems, values } = props;
  return (
    <>
      <TextField
        mono
        type="url"
        label={t("url")}
        hint={t("urlHint")}
        value={values.url}
        autoComplete="off"
        placeholder="https://hooks.example.com/interlock"
        onChange={(event) => onValues({ url: event.target.value })}
        problem={problems.at("target.url")}
      />
      <SecretField {...props} label={t("secret")} hint={t("secretHint")} drop={t("secretDrop")} />
    </>
  );
}

function SlackField({ known, onValues, problems, values }: TargetFieldsProps) {
  const t = useTranslations("channels.form");
  return (
    <TextField
      mono
      type="password"
      label={t("slackUrl")}
      hint={known?.kind === "slack" ? t("slackKept", { host: known.host }) : t("slackHint")}
      value={values.slackUrl}
      autoComplete="new-password"
      onChange={(event) => onValues({ slackUrl: event.target.value })}
      problem={problems.at("target.url")}
    />
  );
}

function MailFields(props: TargetFieldsProps) {
  const t = useTranslations("channels.form");
  const { onValues, problems, values } = props;
  const field = (name: "host" | "port" | "from" | "to" | "user") => ({
    mono: true,
    label: t(name),
    value: values[name],
    autoComplete: "off",
    onChange: (event: { readonly target: { readonly value: string } }) => onValues({ [name]: event.target.value }),
    problem: problems.at(`target.${name}`),
  });
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-[minmax(0,1fr)_160px]">
        <TextField {...field("host")} placeholder="mail.example.com" hint={t("hostHint")} />
        <TextField {...field("port")} inputMode="numeric" hint={t("portHint")} />
      </div>
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField {...field("from")} placeholder="mesh@example.com" />
        <TextField {...field("to")} placeholder="ops@example.com" hint={t("toHint")} />
      </div>
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField {...field("user")} hint={t("userHint")} />
        <SecretField {...props} label={t("password")} drop={t("passwordDrop")} />
      </div>
    </>
  );
}

interface SecretFieldProps extends TargetFieldsProps {
  readonly label: string;
  readonly hint?: string;
  /** Says that the secret goes. */
  readonly drop: string;
}

/** Written only: what is there is never shown, and stays where nothing is typed. */
function SecretField({ drop, hint, known, label, onValues, problems, values }: SecretFieldProps) {
  const t = useTranslations("channels.form");
  const isKept = known?.hasSecret === true && known.kind === values.kind;
  return (
    <div className="grid content-start gap-1.5">
      <TextField
        mono
        type="password"
        label={label}
        hint={isKept ? t("secretKept") : hint}
        value={values.secret}
        disabled={values.dropsSecret}
        autoComplete="new-password"
        onChange={(event) => onValues({ secret: event.target.value })}
        problem={problems.at("secret")}
      />
      {isKept && (
        <label className="flex items-center gap-1.5 text-sm">
          <input
            type="checkbox"
            className="size-3.5 accent-accent"
            checked={values.dropsSecret}
            onChange={(event) => onValues({ dropsSecret: event.target.checked })}
          />
          {drop}
        </label>
      )}
    </div>
  );
}
