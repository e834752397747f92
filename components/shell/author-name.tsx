"use client";

import { UserRound } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "use-intl";
import { useStore } from "zustand";
import { authorStore } from "./author-store.ts";

/** Under whose name changes made here stand in the log, and the way to them; nothing until somebody was asked. */
export function AuthorName() {
  const t = useTranslations("shell.author");
  const author = useStore(authorStore, (state) => state.author);
  if (author === "") return null;
  return (
    <Link
      href={`/activity?author=${encodeURIComponent(author)}`}
      title={t("mine", { name: author })}
      className="flex min-w-0 max-w-[150px] items-center gap-1.5 text-ink-2 hover:text-ink max-[1280px]:hidden"
    >
      <UserRound aria-hidden className="size-[15px] shrink-0 text-ink-3" strokeWidth={1.7} />
      <span className="truncate">{author}</span>
    </Link>
  );
}
