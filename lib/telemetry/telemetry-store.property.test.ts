import { testConservation } from "./telemetry-conservation.fixture.ts";

testConservation(60);
