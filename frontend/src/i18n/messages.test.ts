import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import rules from '../../../backend/fault/sentences.json'
import { cameraCommands } from '../views/create/camera'
import { locale as language, locales } from './locale.svelte'
import { m } from './messages'
import * as compiled from './paraglide/messages.js'
import * as faults from './words-faults'
import './words-camera'
import './words-collections'
import './words-crop'
import './words-help'
import './words-import'
import './words-marking'
import './words-player'
import './words-queue'
import './words-settings'
import './words-spending'
import './words-stacks'
import '../views/share/words'
import '../views/statistics/words'

type Message = string | { match: Record<string, string> }[]
const files = import.meta.glob<Record<string, Message>>('../../messages/*/*.json', { eager: true, import: 'default' })
const written = import.meta.glob<string>('../../messages/*/*.json', { eager: true, query: '?raw', import: 'default' })
const sources = import.meta.glob<string>(['../**/*.{ts,svelte}', '!../**/*.test.ts', '!./paraglide/**'], { eager: true, query: '?raw', import: 'default' })

const names = (locale: string) => Object.keys(files).filter((path) => path.includes(`/${locale}/`)).map((path) => path.split('/').at(-1)!)
const read = (locale: string, name: string) => files[`../../messages/${locale}/${name}`]!
const texts = (message: Message): string[] => (typeof message === 'string' ? [message] : message.flatMap((m) => Object.values(m.match)))
const placeholders = (message: Message) => [...new Set(texts(message).flatMap((t) => t.match(/\{\w+\}/g) ?? []))].sort()
const english = Object.assign({}, ...names('en').map((name) => read('en', name))) as Record<string, Message>

/** What Go says itself, in English. */
const bringsItsOwn = (locale: string, key: string) => locale === 'en' && key.startsWith('error_') && !(key in faults)

/** Names, units and signs that are the same in every language. */
const untranslated = new Set(['app_name', 'player_dimensions', 'player_fps', 'settings_version'])

describe.each(locales)('%s', (locale) => {
  it.each(names('en'))('says everything of %s, with the same figures', (name) => {
    const original = read('en', name)
    const own = read(locale, name)
    expect(Object.keys(own).sort()).toEqual(Object.keys(original).sort())
    for (const [key, message] of Object.entries(own)) {
      expect(placeholders(message), key).toEqual(placeholders(original[key]!))
      for (const text of texts(message)) expect(text.trim(), key).not.toBe('')
      if (locale !== 'en' && !untranslated.has(key)) expect(texts(message), key).not.toEqual(texts(original[key]!))
    }
  })

  it('has no key twice: the last one would be said for both', () => {
    const keys = names(locale).flatMap((name) => [...written[`../../messages/${locale}/${name}`]!.matchAll(/^ {2}"(\w+)":/gm)].map(([, key]) => key!))
    expect(keys.length).toBeGreaterThan(100)
    expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([])
  })

  it('says it as Paraglide would', async () => {
    await language.set(locale)
    type Say = (args: Record<string, unknown>, options?: { locale: string }) => string
    const ours = m as unknown as Record<string, Say>, theirs = compiled.m as unknown as Record<string, Say>
    for (const [key, message] of Object.entries(english)) if (!bringsItsOwn(locale, key)) for (const count of [0, 1, 2, 1000]) {
      const args = { count, ...Object.fromEntries(placeholders(message).map((p) => [p.slice(1, -1), p === '{count}' ? count : `‹${p}$&›`])) }
      expect(ours[key]!(args), key).toBe(theirs[key]!(args, { locale }))
    }
    expect(ours.no_such_message).toBeUndefined()
  })

  it('has no file of its own', () => expect(names(locale).sort()).toEqual(names('en').sort()))
})

it('tells the two Chinese scripts apart', () => {
  const [hant, hans] = ['zh-Hant', 'zh-Hans'].map((l) => names(l).map((n) => JSON.stringify(read(l, n))).join(''))
  for (const sign of '们这说对时视频钥设预删图') expect(hant, sign).not.toContain(sign)
  for (const sign of '們這說對時視頻鑰設預刪圖') expect(hans, sign).not.toContain(sign)
})

it('has a sentence for every fault of Go’s, with its figures, and for no other', () => {
  const errors = read('en', 'errors.json')
  expect(Object.keys(errors).sort()).toEqual(Object.keys(rules).map((rule) => `error_${rule}`).sort())
  for (const [rule, { text }] of Object.entries(rules)) expect(placeholders(errors[`error_${rule}`]!), rule).toEqual(placeholders(text))
})

it('knows the English of what the page finds itself, which no sentence from Go comes with', () => {
  const named = (text: string, of: RegExp) => [...text.matchAll(of)].map(([, rule]) => rule!)
  const own = new Set([
    ...named(Object.values(sources).join('\n'), /\brule: '(\w+)'/g).filter((rule) => rule in rules),
    ...named(readFileSync('../backend/picture/picture.go', 'utf8'), /Problem\{"(\w+)"/g),
    ...Object.keys(rules).filter((rule) => rule.startsWith('param_')), // names.ts calls the parameter as the form does
  ])
  expect(own.size).toBeGreaterThan(10)
  expect(Object.keys(faults).sort()).toEqual([...own].map((rule) => `error_${rule}`).sort())
})

it('says nothing that the page never says', () => {
  const page = Object.values(sources).join('\n')
  const made = new Set(cameraCommands.map((c) => `create_camera_${c.key}`))
  const unused = Object.keys(english).filter((key) => {
    if (key.startsWith('error_') || made.has(key)) return false
    // The names of a schema's fields are the service's; a text beneath needs its name.
    if (key.startsWith('create_field_')) return !(key.replace(/_text$/, '') in english)
    return !new RegExp(`\\bm\\.${key}\\b|['"\`]${key}['"\`]`).test(page)
  })
  expect(unused).toEqual([])
})

it('names every camera command', () => {
  for (const { key } of cameraCommands) expect(english).toHaveProperty(`create_camera_${key}`)
})
