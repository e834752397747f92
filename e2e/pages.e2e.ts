import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "./fixtures.ts";

const PAGES = [
  "/topology",
  "/topology?selected=recommendations",
  "/services",
  "/services/payments",
  "/services/payments?tab=routes",
  "/services/payments?tab=resilience",
  "/versions",
  "/versions?pin=payments@3.0.0",
  "/versions?pin=payments@3.0.0&pin=checkout@1.4.0",
  "/compatibility",
  "/compatibility?consumer=checkout&provider=payments",
  "/compatibility?consumer=checkout&provider=payments&pair=1.4.0~3.0.0",
  "/compatibility?consumer=payments&provider=payments",
  "/topology?selected=checkout%3Epayments",
  "/services/payments?tab=requests",
  "/releases",
  "/releases?new=recommendations@1.3.0&strategy=quick",
  "/releases/strategies",
  "/plans",
  "/plans?new=checkout@2.0.0,payments@3.0.0",
  "/tap",
  "/security",
  "/security?tab=authorization",
  "/security?tab=authorization&service=payments",
  "/activity",
  "/settings",
] as const;

for (const theme of ["dark", "light"] as const) {
  for (const path of PAGES) {
    test(`${path} passes axe in the ${theme} theme`, async ({ operator, stack }) => {
      await operator.context().addCookies([{ name: "interlock-theme", value: theme, url: stack.consoleUrl }]);
      // Colours are judged as they stay, not half-way through a fade.
      await operator.emulateMedia({ reducedMotion: "reduce" });
      await operator.goto(`${stack.consoleUrl}${path}`);
      await expect(operator.locator("html")).toHaveAttribute("data-theme", theme);
      await expect(operator.getByText(/^Live$/).first()).toBeVisible();
      await expect(operator.locator("main")).not.toBeEmpty();
      const axe = new AxeBuilder({ page: operator });
      // Names, roles and sizes are the same in both themes; colours are not.
      const rules = theme === "dark" ? axe.withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]) : axe.withRules(["color-contrast"]);
      const { violations } = await rules.analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`)).toEqual([]);
    });
  }
}
