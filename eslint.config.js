// The rules of the house that a machine can check: above all, which folder may import which.
import js from "@eslint/js";
import jsxA11y from "eslint-plugin-jsx-a11y";
import reactHooks from "eslint-plugin-react-hooks";
import ts from "typescript-eslint";

/** In `files`, importing from `folders` is refused with a message that names the right door. */
const direction = (files, folders, message, extra = []) => ({
  files,
  rules: {
    "@typescript-eslint/no-restricted-imports": [
      "error",
      {
        patterns: [
          { regex: `(^|/)(${folders.join("|")})/`, message, allowTypeImports: true },
          noTests,
          ...extra,
        ],
      },
    ],
  },
});
const noTests = { regex: "(^|/)test/", message: "The app never imports its tests or the simulated Shopify." };
const noRemix = {
  regex: "^(@remix-run/|express$)",
  message:
    "Remix and express stay in routes, root, entry.* and server.ts, so that the framework can be changed.",
};

export default ts.config(
  { ignores: ["build", "prisma/generated", "node_modules", ".data", ".cache", "test/shopify/shell/*.js"] },
  js.configs.recommended,
  ...ts.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "separate-type-imports" }],
      "@typescript-eslint/no-non-null-assertion": "error",
      // Remix throws Responses: that is how a loader answers with a status.
      "@typescript-eslint/only-throw-error": "off",
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      "@typescript-eslint/require-await": "off",
      // graphql's node kinds are an enum to TypeScript and plain strings in every document.
      "@typescript-eslint/no-unsafe-enum-comparison": "off",
      "no-console": "error",
      eqeqeq: ["error", "always", { null: "ignore" }],
    },
  },
  { files: ["**/*.{js,mjs}"], ...ts.configs.disableTypeChecked },
  {
    files: ["**/*.{js,mjs}"],
    languageOptions: {
      globals: {
        process: "readonly",
        URL: "readonly",
        Headers: "readonly",
        console: "readonly",
        fetch: "readonly",
      },
    },
  },
  { files: ["app/**/*.tsx"], ...jsxA11y.flatConfigs.recommended },
  {
    files: ["app/**/*.tsx"],
    // A box that scrolls must be reachable by keyboard (WCAG 2.1.1), so a named region may take the focus.
    rules: {
      "jsx-a11y/no-noninteractive-tabindex": [
        "error",
        { tags: [], roles: ["region"], allowExpressionValues: true },
      ],
    },
  },
  {
    files: ["app/**/*.tsx"],
    plugins: { "react-hooks": reactHooks },
    rules: { ...reactHooks.configs.recommended.rules },
  },
  { files: ["app/kpis/docs.ts", "prisma/**", "test/**"], rules: { "no-console": "off" } },

  direction(
    ["app/warehouse/**"],
    ["kpis", "sync", "jobs", "privacy", "reports", "routes", "components"],
    "The warehouse knows neither Shopify nor KPIs: it takes rows and SQL.",
    [noRemix],
  ),
  direction(
    ["app/kpis/**"],
    ["sync", "jobs", "privacy", "reports", "routes", "components"],
    "KPIs and sync meet in the warehouse's tables (shop_meta says what is loaded).",
    [noRemix],
  ),
  direction(
    ["app/sync/**"],
    ["kpis", "privacy", "reports", "routes", "components"],
    "Sync writes the warehouse; what numbers mean is decided in app/kpis.",
    [noRemix],
  ),
  direction(
    ["app/privacy/**"],
    ["kpis", "reports", "routes", "components"],
    "Privacy knows where the app keeps what; what numbers mean is decided in app/kpis.",
    [noRemix],
  ),
  direction(
    ["app/reports/**"],
    ["sync", "jobs", "privacy", "routes", "components"],
    "A report asks app/kpis; it neither syncs nor renders.",
    [noRemix],
  ),
  direction(
    ["app/metrics/**"],
    ["kpis", "sync", "jobs", "reports", "routes", "components", "warehouse"],
    "Everything counts in app/metrics; it reads the databases for its gauges and knows nobody else.",
    [noRemix],
  ),
  direction(
    ["app/ingress/**"],
    ["kpis", "privacy", "reports", "routes", "components", "warehouse", "commands"],
    "The door keeps webhooks with the inbox alone; whatever needs more is passed on to the app.",
    [noRemix],
  ),
  direction(["app/jobs/**"], ["routes", "components"], "Jobs call sync and reports.", [noRemix]),
  direction(
    ["app/commands/**"],
    ["kpis", "reports", "routes", "components"],
    "Commands do what jobs, sync and the warehouse do, only by hand.",
    [noRemix],
  ),
  direction(
    ["app/components/**"],
    ["sync", "jobs", "privacy", "reports", "routes", "warehouse"],
    "Components get values from loaders; import types, kpis/format and kpis/period only.",
    [
      {
        regex: "\\.server(\\.ts)?$",
        message: "Components run in the browser: pass values from the loader.",
        allowTypeImports: true,
      },
    ],
  ),
  {
    files: ["app/*.ts", "app/*.tsx", "app/routes/**"],
    rules: { "@typescript-eslint/no-restricted-imports": ["error", { patterns: [noTests] }] },
  },
);
