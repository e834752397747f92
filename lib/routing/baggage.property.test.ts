import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isLaneName, laneOf, withLane } from "./baggage.ts";

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?$/);
const token = fc.stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,8}$/).filter((key) => key !== "interlock-lane");
const member = fc
  .tuple(token, fc.stringMatching(/^[!#-+\--:<-[\]-~]{0,12}$/), fc.constantFrom("", ";p=1", " ; flag"))
  .map(([key, value, properties]) => `${key}=${value}${properties}`);
const baggage = fc.array(member, { maxLength: 12 }).map((members) => members.join(","));

describe("the lane in baggage", () => {
  test("is the one that was put there, whatever else there is", () => {
    fc.assert(
      fc.property(baggage, label, label, (value, first, second) => {
        expect(laneOf(withLane(value, first))).toBe(first);
        expect(laneOf(withLane(withLane(value, first), second))).toBe(second);
        expect(withLane(withLane(value, first), second)).toBe(withLane(value, second));
      }),
    );
  });

  test("goes without a trace, and every other member stays as it came", () => {
    fc.assert(
      fc.property(baggage, label, (value, lane) => {
        expect(withLane(withLane(value, lane), null)).toBe(value);
        expect(withLane(value, null)).toBe(value);
        expect(laneOf(value)).toBeNull();
      }),
    );
  });

  test("is read in any text without failing, and only as a name that a rule can have", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `interlock-lane=${text}`),
        ),
        (text) => {
          const lane = laneOf(text);
          expect(lane === null || isLaneName(lane)).toBe(true);
          expect(laneOf(withLane(text, null))).toBeNull();
        },
      ),
    );
  });
});

describe("baggage as the standard has it", () => {
  test.each([
    [undefined, null],
    ["", null],
    ["interlock-lane=blue", "blue"],
    ["a=1 , interlock-lane = blue ; p=1,b=2", "blue"],
    ["interlock-lane=bl%75e", "blue"],
    ["interlock-lane=one,interlock-lane=two", "one"],
    ["interlock-lane=Blue", null],
    ["interlock-lane=", null],
    ["interlock-lane", null],
    ["x-interlock-lane=blue", null],
    ["a=interlock-lane=blue", null],
    ["interlock-lane=%zz", null],
  ])("%j names the lane %j", (value, lane) => {
    expect(laneOf(value)).toBe(lane);
  });

  test("every lane that is named goes, and members that nobody can read stay", () => {
    expect(withLane("interlock-lane=one, =x,, a ,interlock-lane=two;p", "new")).toBe("interlock-lane=new,=x,a");
    expect(withLane("interlock-lane=one", null)).toBe("");
    expect(withLane(undefined, "new")).toBe("interlock-lane=new");
  });

  test("within 8 192 bytes and 180 members the lane stays and whole members at the end go", () => {
    const long = Array.from({ length: 100 }, (_, index) => `key${index}=${"v".repeat(100)}`);
    const cut = withLane(long.join(","), "new");
    expect(cut.length).toBeLessThanOrEqual(8_192);
    expect(cut.split(",").slice(1)).toEqual(long.slice(0, cut.split(",").length - 1));
    const many = Array.from({ length: 300 }, (_, index) => `k${index}=1`).join(",");
    expect(withLane(many, "new").split(",")).toHaveLength(180);
  });

  test("takes blanks by the ten thousand in its stride", () => {
    const blanks = " ".repeat(30_000);
    expect(withLane(`a${blanks}b,interlock-lane${blanks}=${blanks}blue`, null)).toBe("");
    expect(laneOf(`${"interlock-lane ".repeat(2_000)},interlock-lane${blanks}=${blanks}blue`)).toBe("blue");
  });
});
