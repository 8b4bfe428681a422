import { describeSettings } from "./settings.ts";

describeSettings("postgres");
