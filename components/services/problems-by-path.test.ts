import { describe, expect, test } from "vitest";
import { ApiProblem } from "@/lib/client/index.ts";
import { problemsByPath } from "./problems-by-path.ts";

const item = (path: string) => ({ path, code: "input.invalid", detail: `${path} is wrong.`, fix: "Mend it." });
const refusal = (...paths: string[]) =>
  new ApiProblem({ code: "input.invalid", status: 422, title: "Input is not valid", detail: "", errors: paths.map(item) });

describe("problems beside their fields", () => {
  test("a field shows its own problem and those beneath it, not those of a field that merely begins alike", () => {
    const sorted = problemsByPath(refusal("hosts.1", "hostsfile"), ["hosts"]);
    expect(sorted.at("hosts")?.path).toBe("hosts.1");
    expect(sorted.rest).toBeInstanceOf(ApiProblem);
    expect((sorted.rest as ApiProblem).errors.map((each) => each.path)).toEqual(["hostsfile"]);
  });

  test("several problems of one field are all said", () => {
    expect(problemsByPath(refusal("hosts.1", "hosts.3", "hostsfile"), ["hosts"]).count("hosts")).toBe(2);
    expect(problemsByPath(refusal("hosts.1", "hosts.3"), ["hosts"]).at("hosts")).toMatchObject({
      detail: "hosts.1 is wrong. Mend it. hosts.3 is wrong.",
      fix: "Mend it.",
    });
  });

  test("a group shows what none of its fields shows", () => {
    const sorted = problemsByPath(refusal("fault", "fault.percent"), ["fault"]);
    expect(sorted.besides("fault", ["fault.percent", "fault.delayMs"])?.path).toBe("fault");
    expect(sorted.besides("fault", ["fault"])).toBeNull();
  });

  test("nothing is left over when every problem has its field", () => {
    expect(problemsByPath(refusal("name"), ["name", "hosts"]).rest).toBeNull();
  });

  test("a refusal without problems, and an error that is none, are shown as they are", () => {
    const refused = new ApiProblem({ code: "service.exists", status: 409, title: "Service exists", detail: "It does.", errors: [] });
    expect((problemsByPath(refused, ["name"]).rest as ApiProblem).code).toBe("service.exists");
    const failure = new TypeError("x");
    expect(problemsByPath(failure, ["name"]).rest).toBe(failure);
    expect(problemsByPath(null, ["name"]).rest).toBeNull();
  });
});
