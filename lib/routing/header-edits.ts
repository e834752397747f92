import type { HeaderEdits } from "../model/index.ts";

/** Edits made ready: what is dropped, and what is then put at the end. */
export interface HeaderPatch {
  /** Names in lower case whose every line is dropped: removed ones, and those that are set. */
  readonly dropped: ReadonlySet<string>;
  /** Lines put at the end, in order: set ones, then added ones. */
  readonly appended: readonly (readonly [name: string, value: string])[];
  /** `appended` as it stands in an HTTP/1.1 head: each line with its CRLF. */
  readonly text: string;
}

/** Null where nothing is edited. Values were checked: none holds a line break. */
export function compileHeaderEdits(edits: HeaderEdits | undefined): HeaderPatch | null {
  const { add = [], remove = [], set = [] } = edits ?? {};
  if (add.length + remove.length + set.length === 0) return null;
  const dropped = new Set([...remove, ...set.map(({ name }) => name)].map((name) => name.toLowerCase()));
  const appended = [...set, ...add].map(({ name, value }) => [name, value] as const);
  return { dropped, appended, text: appended.map(([name, value]) => `${name}: ${value}\r\n`).join("") };
}

/** The lines of a head after the edits: remove, then set, then add. Other lines keep their order and spelling. */
export function editHeaders(
  lines: readonly (readonly [name: string, value: string])[],
  patch: HeaderPatch,
): readonly (readonly [name: string, value: string])[] {
  return [...lines.filter(([name]) => !patch.dropped.has(name.toLowerCase())), ...patch.appended];
}
