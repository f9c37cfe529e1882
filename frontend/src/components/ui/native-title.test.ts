import { expect, it } from 'vitest'

const sources = import.meta.glob<string>('../../**/*.svelte', { eager: true, query: '?raw', import: 'default' })

/** The engine's own tips come late, in the system's colors, over pictures and dialogs; ours are `{@attach tip(…)}`. */
it('no element has a native title', () => {
  const native = Object.entries(sources).flatMap(([path, source]) => [...source.matchAll(/<([a-z][a-z0-9-]*)\b(?:[^<>]|=>|\{[^{}]*\})*?\s(title=\S*)/g)].map(([, name, title]) => `${path}: <${name} ${title}`))
  expect(Object.keys(sources).length).toBeGreaterThan(60)
  expect(native).toEqual([])
})
