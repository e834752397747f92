import { describe, expect, test } from "vitest";
import { detailsOfValues, detailsOfVersion, registrationOfValues, serviceNamedTwice, valuesOfVersion } from "./version-values.ts";

describe("the form of a version", () => {
  const version = { version: "1.4.0", requirements: { payments: "^2.1.0" }, capacityRps: 300 };

  test("saved untouched it changes nothing", () => {
    expect(detailsOfValues(valuesOfVersion(version))).toEqual(detailsOfVersion(version));
    const unlimited = { version: "1.4.0", requirements: {} };
    expect(detailsOfValues(valuesOfVersion(unlimited))).toEqual(detailsOfVersion(unlimited));
  });

  test("an emptied capacity takes the limit away", () => {
    expect(detailsOfValues({ ...valuesOfVersion(version), capacity: " " })).toEqual({
      requirements: { payments: "^2.1.0" },
      capacityRps: null,
    });
  });

  test("a new version without a capacity names none", () => {
    const values = { version: "2.0.0", capacity: "", requirements: [{ service: " payments ", range: " ^2 " }] };
    expect(registrationOfValues(values)).toEqual({ version: "2.0.0", requirements: { payments: "^2" } });
    expect(registrationOfValues({ ...values, capacity: "12,5" })).toMatchObject({ capacityRps: 12.5 });
  });

  test("a service named twice is found before one of the two is lost", () => {
    const row = (service: string) => ({ service, range: "^1" });
    expect(serviceNamedTwice([row("payments"), row("cart"), row(" payments ")])).toBe("payments");
    expect(serviceNamedTwice([row("payments"), row("cart"), row(""), row("")])).toBeNull();
  });

  test("rows left empty are no requirements, half of one is", () => {
    const requirements = [
      { service: "", range: "" },
      { service: "payments", range: "" },
    ];
    expect(detailsOfValues({ capacity: "", requirements }).requirements).toEqual({ payments: "" });
  });
});
