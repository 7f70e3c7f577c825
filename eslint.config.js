import svelte from 'eslint-plugin-svelte'
import { defineConfig, globalIgnores } from 'eslint/config'
import ts from 'typescript-eslint'

// One TypeScript project service for every kind of file: naming other extensions per block would reload the projects.
const typed = {
  projectService: { allowDefaultProject: ['*.config.ts'] },
  tsconfigRootDir: import.meta.dirname,
  extraFileExtensions: ['.svelte'],
}

const house = {
  eqeqeq: ['error', 'always', { null: 'ignore' }],
  'no-console': 'error', // processes log through pino; what speaks to a person writes to process.stdout
  'object-shorthand': 'error',
  'prefer-const': ['error', { destructuring: 'all', ignoreReadBeforeAssign: true }],
  '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
  '@typescript-eslint/no-explicit-any': 'error',
  '@typescript-eslint/no-non-null-assertion': 'error',
  '@typescript-eslint/no-unused-vars': [
    'error',
    { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
  ],
}

const promises = {
  '@typescript-eslint/await-thenable': 'error',
  '@typescript-eslint/no-floating-promises': 'error',
  '@typescript-eslint/no-misused-promises': 'error',
}

export default defineConfig(
  globalIgnores(['**/node_modules/', '**/dist/', '**/generated/', 'data/', 'test/results/']),
  {
    files: ['**/*.ts'],
    ignores: ['**/*.svelte.ts'],
    extends: [ts.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: typed },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      ...house,
      ...promises,
      '@typescript-eslint/no-deprecated': 'error',
      '@typescript-eslint/no-unnecessary-boolean-literal-compare': 'error',
      '@typescript-eslint/no-unnecessary-type-assertion': 'error',
      '@typescript-eslint/no-unsafe-type-assertion': 'error', // no `as` to silence the compiler
      '@typescript-eslint/prefer-nullish-coalescing': ['error', { ignorePrimitives: { string: true, boolean: true } }],
      '@typescript-eslint/require-await': 'off', // ports and Fastify handlers are async by their shape
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/return-await': ['error', 'in-try-catch'],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    // A test may take an answer for what it says it is: a wrong guess fails it. Its programs speak to a person.
    files: ['**/*.test.ts', '**/*.fixture.ts', 'test/**/*.ts'],
    rules: {
      'no-console': 'off',
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unsafe-type-assertion': 'off',
      '@typescript-eslint/unbound-method': 'off', // functions handed to a browser's page
    },
  },
  {
    files: ['dashboard/**/*.svelte', 'dashboard/**/*.svelte.ts'],
    extends: [svelte.configs.recommended],
    plugins: { '@typescript-eslint': ts.plugin },
    languageOptions: { parserOptions: { ...typed, parser: ts.parser } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      ...house,
      ...promises,
      'no-undef': 'off', // the compiler's work
      'no-unused-vars': 'off', // the TypeScript rule's
      'svelte/prefer-svelte-reactivity': 'off', // a Map nobody draws need not be reactive
    },
  },
  {
    files: ['**/*.js'],
    rules: { 'prefer-const': 'error', eqeqeq: 'error', 'object-shorthand': 'error' },
  },
)
