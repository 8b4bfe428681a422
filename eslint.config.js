// The rules of the house that a machine can check in one file; which folder may import which stands in .dependency-cruiser.mjs.
import js from "@eslint/js";
import jsxA11y from "eslint-plugin-jsx-a11y";
import reactHooks from "eslint-plugin-react-hooks";
import ts from "typescript-eslint";

const onePoolFactory = {
  selector: "NewExpression[callee.object.name='pg'][callee.property.name=/^(Pool|Client)$/]",
  message:
    "A connection that waits without end hangs whoever asks: openPool (app/pool.server.ts) gives none such.",
};

const shopRowWritten = {
  selector:
    "CallExpression[callee.property.name=/^(create|createMany|update|updateMany|upsert|delete|deleteMany)$/][callee.object.property.name='shop']",
  message: "The shop's row is changed by name: sync/shop/shop-row.ts and copy-row.ts.",
};

// What is made of nothing is filled later, by whoever asks; a map of what stands in the code is made of it.
const mapForEver = {
  selector:
    ":matches(Program > VariableDeclaration, Program > ExportNamedDeclaration > VariableDeclaration) > VariableDeclarator > NewExpression[callee.name=/^(Map|Set)$/][arguments.length=0]",
  message: "A map or set that lives as long as the process grows with whatever is sent: use Bounded.",
};

const throughoutApp = [mapForEver, onePoolFactory, shopRowWritten];

// Text that a merchant reads stands in app/words. A single letter is a sign, and "common.save" an id.
const WORDS =
  ":matches(Literal[value=/^(?!\\w+\\.\\w+$).*\\p{L}{2}/u], TemplateElement[value.raw=/\\p{L}{2}/u])";
const READ =
  "/^(title|subtitle|heading|label|content|text|message|error|help|helpText|placeholder|alt|caption|description|accessibilityLabel|aria-(label|description|valuetext|roledescription|placeholder))$/";
const READ_ATTRIBUTE = `JSXOpeningElement[name.name!='meta'] > JSXAttribute[name.name=${READ}]`;
/** A text itself, or a text among those that are chosen from. */
const textBelow = (parent) =>
  [
    "",
    "> TemplateLiteral",
    "> :matches(ConditionalExpression, LogicalExpression)",
    "> :matches(ConditionalExpression, LogicalExpression) > :matches(ConditionalExpression, LogicalExpression, TemplateLiteral)",
    "> :matches(ConditionalExpression, LogicalExpression) > ConditionalExpression > TemplateLiteral",
  ].map((between) => `${parent} ${between} > ${WORDS}`);

const wordsWithoutId = [
  "JSXText[value=/\\p{L}{2}/u]",
  ...textBelow(":matches(JSXElement, JSXFragment) > JSXExpressionContainer"),
  `${READ_ATTRIBUTE} > ${WORDS}`,
  ...textBelow(`${READ_ATTRIBUTE} > JSXExpressionContainer`),
  ...textBelow(`Property:matches([key.name=${READ}], [key.value=${READ}])`),
  ...textBelow("CallExpression[callee.object.property.name='toast']"),
  // Wherever else a sentence stands; errors whose sentence a program reads are made of one.
  "Literal[value=/^\\p{Lu}[\\p{L}'’]* \\p{Ll}.*/u]:not(NewExpression > Literal)",
].map((selector) => ({
  selector,
  message: "Text that a merchant reads is a message of app/words: say it by its id (useWords, say).",
}));

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
  {
    files: ["test/**"],
    ignores: ["test/tools/setup/eventually.ts"],
    rules: {
      "no-restricted-properties": [
        "error",
        {
          object: "vi",
          property: "waitFor",
          message: "It gives up after a second, which a busy machine takes: eventually (test/setup).",
        },
      ],
    },
  },
  {
    files: ["app/**"],
    rules: { "no-restricted-syntax": ["error", ...throughoutApp] },
  },
  {
    files: ["app/components/**", "app/routes/**", "app/root.tsx"],
    // The rule's later setting takes the place of the earlier one.
    rules: { "no-restricted-syntax": ["error", ...throughoutApp, ...wordsWithoutId] },
  },
  {
    files: ["app/pool.server.ts", "app/sync/shop/{shop,copy}-row.ts"],
    rules: { "no-restricted-syntax": "off" },
  },
);
