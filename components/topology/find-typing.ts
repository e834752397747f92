/**
 * What is typed into the find box against what the address says. The address follows the text late and tells of every change even later, so a change
 * of the address is either the echo of a text written a moment ago, which must not undo the keys typed since, or comes from elsewhere (a link, the
 * palette) and replaces the text.
 */
export interface FindTyping {
  readonly text: string;
  /** The address as last seen. */
  readonly seen: string;
  /** Texts written to the address of which it has not told yet, oldest first. */
  readonly written: readonly string[];
}

/** The box as it opens on an address. */
export function openTyping(find: string): FindTyping {
  return { text: find, seen: find, written: [] };
}

/** The text was typed. */
export function typeText(state: FindTyping, text: string): FindTyping {
  return { ...state, text };
}

/** A text was written to the address. */
export function writeAddress(state: FindTyping, text: string): FindTyping {
  return { ...state, written: [...state.written, text] };
}

/** The address says `find`; the same object where that is no news. */
export function seeAddress(state: FindTyping, find: string): FindTyping {
  if (find === state.seen) return state;
  const own = state.written.indexOf(find);
  // The browser may leave out steps in between; what was written before the one it tells of is over.
  return own < 0 ? openTyping(find) : { ...state, seen: find, written: state.written.slice(own + 1) };
}
