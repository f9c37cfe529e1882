import { defineConfig } from 'vitest/config'

/** The page in a real browser on live bindings; `make e2e` builds what it needs. */
export default defineConfig({
  root: import.meta.dirname,
  cacheDir: '../node_modules/.vite-e2e',
  test: {
    environment: 'node',
    include: ['*.test.ts'],
    globalSetup: './desk.ts',
    // Each file starts an app of its own; two at a time are what two cores carry.
    maxWorkers: 2,
    // Far beyond what any needs: a busy machine must not fail one.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
})
