import js from "@eslint/js";
import globals from "globals";

export default [
  { ignores: ["_build/", ".venv/", "node_modules/", "notebooks/"] },
  js.configs.recommended,
  {
    languageOptions: { ecmaVersion: "latest", sourceType: "module" },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "array-callback-return": "error",
      "consistent-return": "error",
      "default-case-last": "error",
      eqeqeq: "error",
      "no-constructor-return": "error",
      "no-else-return": "error",
      "no-implicit-coercion": "error",
      "no-promise-executor-return": "error",
      "no-self-compare": "error",
      "no-template-curly-in-string": "error",
      "no-unmodified-loop-condition": "error",
      "no-unused-private-class-members": "error",
      // Taking a property out of an object is how to get the rest.
      "no-unused-vars": ["error", { ignoreRestSiblings: true }],
      "no-useless-concat": "error",
      "no-useless-return": "error",
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": "error",
      "prefer-template": "error",
      radix: "error",
      yoda: "error",
    },
  },
  // What runs where: the page and its worker, and the rest in node.
  { files: ["kumo/web/**"], languageOptions: { globals: globals.browser } },
  { files: ["kumo/web/worker.js"], languageOptions: { globals: globals.worker } },
  { ignores: ["kumo/web/**"], languageOptions: { globals: globals.node } },
];
