import { testTelemetryCrashes } from "./telemetry-crashes.fixture.ts";

testTelemetryCrashes(15);
