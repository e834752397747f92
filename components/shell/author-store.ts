import { createStore } from "zustand/vanilla";

const STORAGE_KEY = "interlock-author";

/** Longest name that is sent. */
export const AUTHOR_LENGTH_MAX = 80;

interface AuthorState {
  /** Empty while nobody was asked. */
  readonly author: string;
  /** Set while a write waits for the name. */
  readonly asking: ((name: string | null) => void) | null;
}

/** Who uses this browser: asked once, at the first change. */
export const authorStore = createStore<AuthorState>(() => ({ author: "", asking: null }));

// Read after the store stands: its initial state is what the server rendered, and a page has to begin with the same.
authorStore.setState({ author: readAuthor() });

function readAuthor(): string {
  return typeof localStorage === "undefined" ? "" : (localStorage.getItem(STORAGE_KEY) ?? "");
}

/** Keeps the name in this browser. */
export function setAuthor(name: string): void {
  const author = name.trim().slice(0, AUTHOR_LENGTH_MAX);
  if (author === "") localStorage.removeItem(STORAGE_KEY);
  else localStorage.setItem(STORAGE_KEY, author);
  authorStore.setState({ author });
}

/** The name, asking for it when it is not known; null when the operator thought better of the change. */
export function ensureAuthor(): Promise<string | null> {
  const { author, asking } = authorStore.getState();
  if (author !== "") return Promise.resolve(author);
  asking?.(null);
  return new Promise((resolve) => {
    authorStore.setState({
      asking: (name) => {
        if (name !== null) setAuthor(name);
        authorStore.setState({ asking: null });
        resolve(name);
      },
    });
  });
}
