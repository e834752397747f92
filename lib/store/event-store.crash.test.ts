import { testCrashes } from "./event-store-crashes.fixture.ts";

testCrashes(20, 150);
