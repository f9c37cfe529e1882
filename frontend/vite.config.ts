import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'
import { samples } from './vite-samples.ts'

export default defineConfig({
  base: './',
  plugins: [
    svelte(),
    samples(),
  ],
  // public/ holds .gitkeep, so that dist stays in the tree for Go's embed after it is emptied.
  publicDir: 'public',
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: ['chrome111', 'safari16.4'],
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
