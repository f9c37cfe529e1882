import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'
import { budget } from './vite-budget.ts'
import { samples } from './vite-samples.ts'

export default defineConfig({
  base: './',
  plugins: [
    svelte(),
    samples(),
    budget(),
  ],
  // public/ holds .gitkeep, so that dist stays in the tree for Go's embed after it is emptied.
  publicDir: 'public',
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: ['chrome111', 'safari16.4'],
    cssCodeSplit: false, // all of it is little, and no view waits for its own
    rolldownOptions: {
      output: {
        // Few files: each is a question to Go. What floats (bits-ui) is in one of its own, the rest of what views share in another.
        codeSplitting: {
          groups: [
            { name: 'floating', priority: 1, test: /node_modules\/(bits-ui\/(?!dist\/bits\/command\/)|(svelte-toolbelt|runed|@floating-ui|tabbable|esm-env|@internationalized)\/)/ },
            { name: 'shared', priority: 2, test: /node_modules\/svelte\/|src\/(api|i18n|state)\/(?!words-(zh|crop|marking|camera|queue|player|settings|collections|help|import|stacks|spending)|paraglide|in-step|compare-words|player|trash|support|outcomes|statistics|collections|stacks)|src\/components\/(?!ui\/(DialogFrame|MenuList|Select)\.)/ },
          ],
        },
      },
    },
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 500,
  },
  server: { strictPort: false },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.ts'],
    setupFiles: ['./src/test/setup.ts'],
    restoreMocks: true,
    // Far beyond what any needs: a busy machine must not fail one.
    testTimeout: 60_000,
  },
  // Vitest runs in node, where Svelte would otherwise resolve to its server build.
  resolve: process.env.VITEST ? { conditions: ['browser'] } : {},
})
