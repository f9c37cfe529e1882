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
    retry: 1, // a browser, a display and a service of their own: a busy machine is no verdict
    testTimeout: 90_000,
    hookTimeout: 90_000,
  },
})
