import { testCrashes } from "./event-store-crashes.fixture.ts";

testCrashes(200, 2_000);
