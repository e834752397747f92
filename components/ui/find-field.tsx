"use client";

import { Search } from "lucide-react";
import { useEffect, useState } from "react";
import { classNames } from "./class-names.ts";
import { followValue, isUnsent, sendText, startText } from "./typed-text.ts";

interface FindFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** How long typing has to rest before the value follows. */
  readonly pauseMs?: number;
  readonly className?: string;
}

/** A field that narrows a list; it follows when its value is changed elsewhere, as by a link or a button that clears the filters. */
export function FindField({ label, value, onChange, pauseMs = 0, className }: FindFieldProps) {
  const [held, setField] = useState(() => startText(value));
  const field = followValue(held, value);
  if (field !== held) setField(field);
  const { text } = field;
  const isWaiting = isUnsent(field);
  useEffect(() => {
    if (!isWaiting) return undefined;
    const timer = setTimeout(() => {
      setField((before) => sendText(before, text));
      onChange(text);
    }, pauseMs);
    return () => clearTimeout(timer);
  }, [text, isWaiting, onChange, pauseMs]);
  return (
    <label className={classNames("relative flex items-center", className)}>
      <Search aria-hidden className="pointer-events-none absolute ml-2.5 size-3.5 text-ink-3" />
      <input
        type="search"
        aria-label={label}
        placeholder={label}
        value={text}
        onChange={(event) => {
          const typed = event.target.value;
          setField((before) => ({ ...before, text: typed }));
        }}
        className="h-[30px] w-full rounded-2 border border-line-2 bg-sunken pl-8 pr-2.5 text-sm placeholder:text-ink-3 hover:border-ink-3"
      />
    </label>
  );
}
