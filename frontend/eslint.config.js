import svelte from 'eslint-plugin-svelte'
import ts from 'typescript-eslint'
import svelteConfig from './svelte.config.js'

const bindings = 'Only src/api talks to Go; use the host from src/api.'

export default ts.config(
  { ignores: ['dist/', 'node_modules/', 'src/i18n/paraglide/', 'test-results/', 'public/'] },
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { extraFileExtensions: ['.svelte'], parser: ts.parser, svelteConfig } },
  },
  {
    rules: {
      'prefer-const': 'off',
      'svelte/prefer-const': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'svelte/no-navigation-without-resolve': 'off',
      'svelte/prefer-svelte-reactivity': 'off',
      'no-undef': 'off',
    },
  },
  {
    files: ['src/**'],
    ignores: ['src/api/**'],
    rules: {
      'no-restricted-imports': ['error', {
        patterns: [
          { group: ['**/wailsjs/**'], message: bindings },
          { group: ['**/api/wails', '**/api/memory', '**/api/host'], message: 'Import from src/api (its index) alone.', },
        ],
      }],
      'no-restricted-properties': ['error',
        { object: 'window', property: 'go', message: bindings },
        { object: 'window', property: 'runtime', message: bindings },
        { object: 'globalThis', property: 'go', message: bindings },
        { object: 'globalThis', property: 'runtime', message: bindings },
      ],
      'no-restricted-syntax': ['error', { selector: 'ImportExpression[source.value=/wailsjs/]', message: bindings }],
    },
  },
  {
    // Tests build their own in-memory host.
    files: ['src/**/*.test.ts', 'src/test/**'],
    rules: { 'no-restricted-imports': ['error', { patterns: [{ group: ['**/wailsjs/**'], message: bindings }] }] },
  },
  {
    files: ['src/components/ui/**'],
    rules: {
      'no-restricted-imports': ['error', {
        patterns: [{ group: ['**/api', '**/api/**', '**/state/**', '**/views/**', '**/wailsjs/**'], message: 'ui components know neither state nor api.' }],
      }],
    },
  },
  {
    // Wails writes these.
    files: ['wailsjs/**'],
    rules: { '@typescript-eslint/no-namespace': 'off', '@typescript-eslint/no-explicit-any': 'off', 'svelte/prefer-const': 'off' },
  },
)
