import { describeSettings } from "./settings.ts";

describeSettings("duckdb");
