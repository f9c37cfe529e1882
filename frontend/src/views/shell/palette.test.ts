import { expect, it } from 'vitest'
import { locale, locales } from '../../i18n'
import { offers, shelves } from './palette'

const all = () => true

it('offers everything that is possible, each once, with its key', () => {
  const shown = offers('', ['en'], (command) => command !== 'export')
  expect(shown.map((o) => o.command)).not.toContain('export')
  expect(new Set(shown.map((o) => o.command)).size).toBe(shown.length)
  expect(shown.find((o) => o.command === 'search')).toEqual({ command: 'search', title: 'Search gallery', keys: 'Mod+F', score: 1 })
  expect(offers('export', ['en'], all)[0]?.command).toBe('export')
})

it('finds by a few letters, the likeliest first, and nothing by chance', () => {
  expect(offers('sett', ['en'], all)[0]?.command).toBe('settings')
  expect(offers('thdark', ['en'], all)[0]?.command).toBe('theme-dark')
  expect(offers('open pic', ['en'], all)[0]?.command).toBe('open-picture')
  expect(offers('walrus', ['en'], all)).toEqual([])
})

it('understands the words of all languages, whichever is shown', async () => {
  for (const l of locales) await locale.learn(l)
  expect(offers('佇列', locales, all)[0]).toMatchObject({ command: 'queue', title: 'Queue' })
  expect(offers('队列', locales, all)[0]?.command).toBe('queue')
  expect(offers('設定', locales, all)[0]?.command).toBe('settings')
  await locale.set('zh-Hant')
  expect(offers('queue', locales, all)[0]).toMatchObject({ command: 'queue', title: '佇列' })
  await locale.set('en')
})

it('finds collections by their names and by what they are, ahead of commands that are less likely', async () => {
  for (const l of locales) await locale.learn(l)
  const all = ['Showreel', 'Trams', '雪夜'].map((name) => ({ id: name, name, smart: false, query: '', count: 0, createdAt: 0 }))
  const names = (typed: string) => shelves(typed, locales, all).map(({ collection }) => collection.name)
  expect(names('')).toEqual([])
  expect(names('reel')).toEqual(['Showreel'])
  expect(names('雪')).toEqual(['雪夜'])
  expect(names('collections').toSorted()).toEqual(['Showreel', 'Trams', '雪夜'])
  expect(names('合輯').toSorted()).toEqual(['Showreel', 'Trams', '雪夜'])
  expect(names('walrus')).toEqual([])
  expect(shelves('showreel', locales, all)[0]!.score).toBeGreaterThan(offers('showreel', locales, () => true)[0]?.score ?? 0)
  expect(shelves('trash', locales, all)[0]?.score ?? 0).toBeLessThan(offers('trash', locales, () => true)[0]!.score)
})
