"use client";

import { Eye, EyeOff, Search, X } from "lucide-react";
import { type KeyboardEvent, useId, useMemo, useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { useTopologyShape } from "@/components/live/use-mesh.ts";
import { classNames } from "@/components/ui/class-names.ts";
import { Kbd } from "@/components/ui/kbd.tsx";
import { type Completion, completeFind } from "./complete-find.ts";
import type { FindProblem } from "./find-query.ts";
import { parseFind } from "./parse-find.ts";
import { tokenize } from "./tokenize.ts";

interface FindBoxProps {
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly hideOthers: boolean;
  readonly onHideOthers: (hide: boolean) => void;
  /** How many services are found; null without a find text that can be read. */
  readonly found: number | null;
}

const TOOL = "grid size-6 shrink-0 place-items-center rounded-1 text-ink-3 hover:text-ink";

/** The find language with completion; what is wrong stands beneath, with the place. */
export function FindBox({ text, onText, hideOthers, onHideOthers, found }: FindBoxProps) {
  const t = useTranslations("topology.find");
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const { completions, active, setActive, isOpen, setOpen, accept } = useCompletions(text, onText, input);
  const parsed = useMemo(() => parseFind(text), [text]);
  const total = useTopologyShape().services.length;
  const onKeyDown = (event: KeyboardEvent): void => {
    const isListed = isOpen && completions.length > 0;
    if (event.key === "Escape") {
      event.stopPropagation();
      if (isListed) setOpen(false);
      else input.current?.blur();
    } else if (isListed && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      setActive((active + (event.key === "ArrowDown" ? 1 : completions.length)) % (completions.length + 1));
    } else if (isListed && (event.key === "Tab" || event.key === "Enter") && active < completions.length) {
      event.preventDefault();
      accept(completions[active]);
    } else if (event.key === "Enter") setOpen(false);
  };
  return (
    <search className="absolute top-3.5 left-3.5 z-20 w-[420px] max-w-[calc(100%-110px)]">
      <div className="flex h-8 items-center gap-2 rounded-[8px] border border-line-2 bg-panel pl-2.5 pr-1 shadow-raised focus-within:border-accent">
        <Search aria-hidden className="size-3.5 shrink-0 text-ink-3" />
        <div className="relative h-full min-w-0 flex-1">
          <Highlight text={text} problems={parsed.ok ? [] : parsed.error} />
          <input
            ref={input}
            data-find=""
            role="combobox"
            aria-label={t("label")}
            aria-expanded={isOpen && completions.length > 0}
            aria-controls={`${id}-list`}
            aria-activedescendant={isOpen && active < completions.length ? `${id}-${active}` : undefined}
            aria-invalid={!parsed.ok || undefined}
            aria-describedby={`${id}-problem`}
            autoComplete="off"
            spellCheck={false}
            value={text}
            placeholder={t("placeholder")}
            onChange={(event) => {
              onText(event.target.value);
              setOpen(true);
            }}
            onFocus={() => setOpen(true)}
            onBlur={() => setOpen(false)}
            onKeyDown={onKeyDown}
            className="absolute inset-0 size-full bg-transparent font-mono text-[11.5px] text-transparent caret-ink outline-none placeholder:text-ink-3 focus-visible:shadow-none"
          />
        </div>
        {found !== null && <span className="shrink-0 text-xs tabular-nums text-ink-3">{t("count", { found, total })}</span>}
        {text === "" ? (
          <Kbd>/</Kbd>
        ) : (
          <>
            <button
              type="button"
              className={TOOL}
              aria-pressed={hideOthers}
              title={hideOthers ? t("show") : t("hide")}
              aria-label={t("hide")}
              onClick={() => onHideOthers(!hideOthers)}
            >
              {hideOthers ? <EyeOff aria-hidden className="size-3.5 text-accent" /> : <Eye aria-hidden className="size-3.5" />}
            </button>
            <button type="button" className={TOOL} aria-label={t("clear")} onClick={() => onText("")}>
              <X aria-hidden className="size-3.5" />
            </button>
          </>
        )}
      </div>
      <CompletionList id={id} completions={isOpen ? completions : []} active={active} onPick={accept} />
      <Problems id={`${id}-problem`} problems={parsed.ok || isOpen ? [] : parsed.error} />
    </search>
  );
}

function useCompletions(text: string, onText: (text: string) => void, input: React.RefObject<HTMLInputElement | null>) {
  const shape = useTopologyShape();
  const [active, setActive] = useState(0);
  const [isOpen, setOpen] = useState(false);
  const names = useMemo(
    () => ({
      services: shape.services.map((service) => service.name),
      versions: [...new Set(shape.services.flatMap((service) => service.versions))],
    }),
    [shape],
  );
  // The caret of a controlled input is at the end whenever the text is typed; completing in the middle is not worth a second state.
  const completions = useMemo(() => completeFind(text, text.length, names), [text, names]);
  const accept = (completion: Completion | undefined): void => {
    if (!completion) return;
    onText(text.slice(0, completion.from) + completion.text + text.slice(completion.to));
    setActive(0);
    input.current?.focus();
  };
  return { completions, active: Math.min(active, completions.length), setActive, isOpen, setOpen, accept };
}

/** The text in colours, beneath a transparent input. */
function Highlight({ text, problems }: { readonly text: string; readonly problems: readonly FindProblem[] }) {
  let from = 0;
  const pieces = tokenize(text).map((token) => {
    const gap = text.slice(from, token.start);
    from = token.end;
    const isWrong = problems.some((problem) => problem.start < token.end && problem.end > token.start);
    const isWord =
      token.kind === "word" &&
      /^(and|or|not|error|rps|p99|p50|share|ready|instances|name|version|calls|called-by|healthy|unhealthy|canary|locked|idle)$/i.test(
        token.text,
      );
    return { key: token.start, gap, text: text.slice(token.start, token.end), isWrong, isWord };
  });
  return (
    <div aria-hidden className="absolute inset-0 flex items-center overflow-hidden whitespace-pre font-mono text-[11.5px]">
      {pieces.map((piece) => (
        <span key={piece.key}>
          {piece.gap}
          <span
            className={classNames(
              piece.isWrong ? "text-bad underline decoration-wavy underline-offset-2" : piece.isWord ? "text-accent" : "text-ink",
            )}
          >
            {piece.text}
          </span>
        </span>
      ))}
    </div>
  );
}

function CompletionList({
  id,
  completions,
  active,
  onPick,
}: {
  readonly id: string;
  readonly completions: readonly Completion[];
  readonly active: number;
  readonly onPick: (completion: Completion) => void;
}) {
  const t = useTranslations("topology.find");
  return (
    <div
      id={`${id}-list`}
      role="listbox"
      aria-label={t("completions")}
      hidden={completions.length === 0}
      className="mt-1 overflow-hidden rounded-[8px] border border-line-2 bg-panel py-1 shadow-raised"
    >
      {completions.map((completion, index) => (
        <div
          key={completion.text}
          id={`${id}-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === active}
          onPointerDown={(event) => {
            event.preventDefault();
            onPick(completion);
          }}
          className={classNames(
            "flex h-[26px] items-center gap-3 px-3 font-mono text-[11.5px]",
            index === active ? "bg-accent-soft text-ink" : "text-ink-2",
          )}
        >
          <span className="flex-1">{completion.text}</span>
          <span className="font-sans text-2xs text-ink-3">{t(`kinds.${completion.kind}`)}</span>
        </div>
      ))}
    </div>
  );
}

const PROBLEM_TEXT = {
  "expected-term": "expectedTerm",
  "expected-value": "expectedValue",
  "expected-operator": "expectedOperator",
  "unknown-field": "unknownField",
  "bad-number": "badNumber",
  unclosed: "unclosed",
  unopened: "unopened",
} as const satisfies Record<FindProblem["code"], string>;

function Problems({ id, problems }: { readonly id: string; readonly problems: readonly FindProblem[] }) {
  const t = useTranslations("topology.find.problem");
  return (
    <div
      id={id}
      role="status"
      className={
        problems.length > 0
          ? "mt-1 rounded-[8px] border border-[color-mix(in_srgb,var(--bad)_40%,var(--line))] bg-panel px-3 py-2 text-xs text-bad"
          : "sr-only"
      }
    >
      {problems.map((problem) => (
        <p key={`${problem.start} ${problem.code}`}>{t(PROBLEM_TEXT[problem.code], { token: problem.token })}</p>
      ))}
    </div>
  );
}
