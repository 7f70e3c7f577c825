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
  // what is TypeScript alone is read by .oxlintrc.json
  globalIgnores(['**/*.ts', '!**/*.svelte.ts']),
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
