export type Theme = "dark" | "light" | "system";

/** The cookie that keeps the theme; absent = as the system. */
export const THEME_COOKIE = "interlock-theme";

/** The theme that a cookie asks for. */
export function parseTheme(cookie: string | undefined): Theme {
  return cookie === "dark" || cookie === "light" ? cookie : "system";
}
