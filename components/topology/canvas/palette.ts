/** Colours of the canvas, read from the page's tokens, since a canvas knows no CSS variables. */
export interface Palette {
  readonly line: string;
  readonly strongLine: string;
  readonly faint: string;
  readonly ink: string;
  readonly panel: string;
  readonly canvas: string;
  readonly accent: string;
  readonly ok: string;
  readonly warn: string;
  readonly bad: string;
  readonly unknown: string;
}

/** Reads the palette that holds now. */
export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(name).trim();
  return {
    line: token("--line-2"),
    strongLine: token("--ink-3"),
    faint: token("--line"),
    ink: token("--ink"),
    panel: token("--panel"),
    canvas: token("--canvas"),
    accent: token("--accent"),
    ok: token("--ok"),
    warn: token("--warn"),
    bad: token("--bad"),
    unknown: token("--unknown"),
  };
}

/** Calls `onChange` when the theme changes, by choice or with the system; returns what stops it. */
export function watchTheme(onChange: () => void): () => void {
  const observer = new MutationObserver(onChange);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme", "class"] });
  const scheme = window.matchMedia("(prefers-color-scheme: dark)");
  scheme.addEventListener("change", onChange);
  return () => {
    observer.disconnect();
    scheme.removeEventListener("change", onChange);
  };
}
