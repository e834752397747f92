import { expect, test } from "vitest";
import { pageTitle } from "./page-title.ts";

test("a tab is named in the language of the page, with the word that the navigation uses", () => {
  expect(pageTitle("en", "activity")).toBe("Activity");
  expect(pageTitle("zh", "activity")).toBe("活动");
});
