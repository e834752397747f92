"use client";

import { useState } from "react";
import { useTranslations } from "use-intl";
import { FormDialog } from "@/components/services/form-dialog.tsx";
import { problemsByPath } from "@/components/services/problems-by-path.ts";
import { LabelledSelect } from "@/components/services/routes/labelled-select.tsx";
import { staleEditOf } from "@/components/services/stale-edit.ts";
import { Button } from "@/components/ui/button.tsx";
import { FieldNote, TextField } from "@/components/ui/text-field.tsx";
import { CHANNEL_TOPICS, SEVERITIES } from "@/lib/model/index.ts";
import { bodyOf, type ChannelValues, channelCommand, shownBody, valuesOf } from "./channel-values.ts";
import { CHANNEL_KINDS, type Channel } from "./channel-view.ts";
import { TargetFields } from "./target-fields.tsx";
import { useChannelWrite } from "./use-channels.ts";

const FIELDS = [
  "name",
  "target.url",
  "target.host",
  "target.port",
  "target.from",
  "target.to",
  "target.user",
  "secret",
  "topics",
  "minSeverity",
];

interface ChannelFormProps {
  /** Null: a new one. */
  readonly channel: Channel | null;
  readonly onClose: () => void;
}

/** Adds a channel, or changes one on the state that it was opened with. */
export function ChannelForm({ channel, onClose }: ChannelFormProps) {
  const t = useTranslations("channels.form");
  const page = useTranslations("channels");
  const common = useTranslations("common");
  const [values, setValues] = useState<ChannelValues>(() => valuesOf(channel));
  const [rev, setRev] = useState(channel?.rev ?? 0);
  const { forget, isPending, problem, run } = useChannelWrite(onClose);
  const set = (more: Partial<ChannelValues>) => setValues((before) => ({ ...before, ...more }));
  const stale = staleEditOf(problem, channel, (state: Channel) => state);
  const problems = problemsByPath(stale ? null : problem, FIELDS);
  const enabled = channel?.enabled ?? true;
  return (
    <FormDialog
      wide
      title={channel === null ? t("addTitle") : t("editTitle", { name: channel.name })}
      description={t("detail")}
      onClose={onClose}
      onSubmit={(event) => {
        event.preventDefault();
        run({ name: values.name, rev, body: bodyOf(values, enabled) });
      }}
      submit={channel === null ? page("add") : common("save")}
      isPending={isPending}
      problem={problems.rest}
      command={{
        cli: channelCommand(values),
        method: "PUT",
        path: `/api/v1/channels/${encodeURIComponent(values.name)}`,
        body: shownBody(values, enabled),
        rev,
      }}
    >
      <div className="grid gap-4 sm:grid-cols-[minmax(0,1fr)_160px]">
        <TextField
          mono
          label={t("name")}
          hint={t("nameHint")}
          value={values.name}
          readOnly={channel !== null}
          autoComplete="off"
          placeholder="pager"
          onChange={(event) => set({ name: event.target.value })}
          problem={problems.at("name")}
        />
        <LabelledSelect
          label={t("kind")}
          value={values.kind}
          onChange={(value) => set({ kind: CHANNEL_KINDS.find((kind) => kind === value) ?? values.kind, dropsSecret: false })}
          options={CHANNEL_KINDS.map((kind) => ({ value: kind, label: page(`kinds.${kind}`) }))}
        />
      </div>
      <TargetFields values={values} onValues={set} known={channel?.target ?? null} problems={problems} />
      <Topics values={values} onValues={set} problem={problems.at("topics")} />
      <LabelledSelect
        label={t("minSeverity")}
        value={values.minSeverity}
        onChange={(value) => set({ minSeverity: SEVERITIES.find((severity) => severity === value) ?? values.minSeverity })}
        options={SEVERITIES.map((severity) => ({ value: severity, label: page(`severities.${severity}`) }))}
        problem={problems.at("minSeverity")}
      />
      {stale && (
        <div role="alert" className="grid justify-items-start gap-2 rounded-2 bg-warn-soft px-3 py-2">
          <p>{stale.kind === "gone" ? t("staleGone") : t("stale")}</p>
          <Button
            size="small"
            onClick={() => {
              setRev(stale.kind === "gone" ? 0 : stale.rev);
              forget();
            }}
          >
            {t("goOn")}
          </Button>
        </div>
      )}
    </FormDialog>
  );
}

interface TopicsProps {
  readonly values: ChannelValues;
  readonly onValues: (more: Partial<ChannelValues>) => void;
  readonly problem: ReturnType<ReturnType<typeof problemsByPath>["at"]>;
}

function Topics({ values: { topics }, onValues, problem }: TopicsProps) {
  const t = useTranslations("channels");
  return (
    <fieldset className="grid gap-1.5">
      <legend className="mb-1 text-sm font-[540] text-ink-2">{t("form.topics")}</legend>
      <div className="flex flex-wrap gap-x-4 gap-y-1.5">
        {CHANNEL_TOPICS.map((topic) => (
          <label key={topic} className="flex items-center gap-1.5 text-sm">
            <input
              type="checkbox"
              className="size-3.5 accent-accent"
              checked={topics.includes(topic)}
              onChange={(event) =>
                onValues({ topics: CHANNEL_TOPICS.filter((each) => (each === topic ? event.target.checked : topics.includes(each))) })
              }
            />
            {t(`topics.${topic}`)}
          </label>
        ))}
      </div>
      <FieldNote problem={problem} />
    </fieldset>
  );
}
