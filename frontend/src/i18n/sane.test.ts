import { afterEach, expect, it, vi } from 'vitest'
import { isTag, saneLanguages } from './sane'

afterEach(() => {
  Reflect.deleteProperty(navigator, 'language')
  Reflect.deleteProperty(navigator, 'languages')
  delete document.documentElement.dataset.languages
})

async function start(language: unknown, languages: unknown, system?: string) {
  vi.resetModules()
  if (system !== undefined) document.documentElement.dataset.languages = system
  Object.defineProperties(navigator, { language: { value: language, configurable: true }, languages: { value: languages, configurable: true } })
  await import('./sane')
  return navigator
}

it.each([
  ['C', ['C']], ['c', []], ['POSIX', ['POSIX']], ['C.UTF-8', ['C.UTF-8']], ['en_US', ['en_US']], ['', ['']], [undefined, undefined], [null, [null]], ['c', ['c']],
])('whatever the web view says, libraries get a language that Intl takes: %s', async (language, languages) => {
  const { language: first, languages: all } = await start(language, languages)
  expect(() => new Intl.NumberFormat(first).format(1)).not.toThrow()
  expect(() => new Intl.NumberFormat([...all])).not.toThrow()
  expect(all.length).toBeGreaterThan(0)
  expect(all[0]).toBe(first)
})

it('leaves sane ones alone, and takes the system’s where the web view has none', async () => {
  const kept = ['zh-Hant-TW', 'en']
  expect((await start('zh-Hant-TW', kept)).languages).toBe(kept)
  expect((await start('C', ['C'], 'de-DE en')).languages).toEqual(['de-DE', 'en'])
  expect((await start('C', ['C', 'zh-TW'], '')).language).toBe('zh-TW')
})

it('knows a language tag', () => {
  expect(['en', 'zh-Hant', 'de-DE-1996', 'sr-Latn-RS'].filter(isTag)).toHaveLength(4)
  expect(['C', 'C.UTF-8', 'en_US', '', ' ', 'x', '../etc', 7, null, undefined].filter(isTag)).toEqual([])
  expect(saneLanguages(['C', 'en', 'en'], ['C'])).toEqual(['en'])
})
