/** A key as it was pressed. */
export interface KeyPress {
  readonly key: string;
  /** ⌘ or Ctrl. */
  readonly command: boolean;
  readonly alt: boolean;
  /** Somebody has taken it already. */
  readonly taken: boolean;
}

/** What of the page decides whom a key is for. */
export interface KeyScene {
  readonly isPaletteOpen: boolean;
  /** A dialog, a menu or a list of choices lies over the page. */
  readonly isCovered: boolean;
  readonly isTyping: boolean;
  /** `g` was pressed a moment ago. */
  readonly isInChord: boolean;
}

export type Shortcut =
  | { readonly kind: "none" }
  /** Kept from the browser, and nothing done. */
  | { readonly kind: "swallow" }
  | { readonly kind: "palette"; readonly open: boolean }
  | { readonly kind: "chord" }
  | { readonly kind: "go"; readonly path: string }
  | { readonly kind: "act"; readonly action: "help" | "undo" | "rollback" };

const PLACES: Readonly<Record<string, string>> = {
  t: "/topology",
  s: "/services",
  v: "/versions",
  c: "/compatibility",
  r: "/tap",
  i: "/security",
  a: "/activity",
  ",": "/settings",
};

const ACTIONS: Readonly<Record<string, "help" | "undo" | "rollback">> = { "?": "help", u: "undo", r: "rollback" };

const NONE: Shortcut = { kind: "none" };

/** What a key does on any page. What lies over the page has the keys to itself; the palette never opens beneath it, and can always be closed. */
export function shortcutOf({ key, command, alt, taken }: KeyPress, scene: KeyScene): Shortcut {
  if (command && key.toLowerCase() === "k") {
    if (scene.isPaletteOpen) return { kind: "palette", open: false };
    return scene.isCovered ? { kind: "swallow" } : { kind: "palette", open: true };
  }
  if (command || alt || taken || scene.isTyping || scene.isCovered) return NONE;
  if (scene.isInChord) {
    const path = PLACES[key];
    return path === undefined ? NONE : { kind: "go", path };
  }
  if (key === "g") return { kind: "chord" };
  const action = ACTIONS[key];
  return action === undefined ? NONE : { kind: "act", action };
}
