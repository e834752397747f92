import { testConservation } from "./telemetry-conservation.fixture.ts";
import { testTelemetryCrashes } from "./telemetry-crashes.fixture.ts";

testTelemetryCrashes(200);
testConservation(1_000);
