/** The terms of each language (frontend/glossary): the words that stand for something else there are said nowhere. */
import { describe, expect, it } from 'vitest'
import rules from '../../../backend/fault/sentences.json'
import { locales } from './locale.svelte'

interface Entry {
  term: string
  means: string
  /** Regular expressions of what is not said: `term` or a plainer word is. Whole words, with a small or a capital letter at the beginning. */
  insteadOf: string[]
}
const glossaries = import.meta.glob<Entry[]>('../../glossary/*.json', { eager: true, import: 'default' })
type Message = string | { match: Record<string, string> }[]
const files = import.meta.glob<Record<string, Message>>('../../messages/*/*.json', { eager: true, import: 'default' })

const pattern = (other: string) => new RegExp(/^[a-z]/.test(other) ? `\\b[${other[0]}${other[0]!.toUpperCase()}]${other.slice(1)}\\b` : other)
const texts = (message: Message): string[] => (typeof message === 'string' ? [message] : message.flatMap((m) => Object.values(m.match)))
const said = (locale: string): [key: string, text: string][] => [
  ...Object.entries(files).filter(([path]) => path.includes(`/${locale}/`)).flatMap(([, messages]) => Object.entries(messages).flatMap(([key, message]) => texts(message).map((text): [string, string] => [key, text]))),
  ...(locale === 'en' ? Object.entries(rules).map(([rule, { text }]): [string, string] => [rule, text]) : []),
]

describe.each(locales)('%s', (locale) => {
  const glossary = glossaries[`../../glossary/${locale}.json`]!
  it('says its terms, and nothing in their stead', () => {
    const all = said(locale)
    expect(all.length).toBeGreaterThan(300)
    const wrong = glossary.flatMap(({ term, insteadOf }) => insteadOf.flatMap((other) => all
      .filter(([key, text]) => !key.endsWith('_words') && pattern(other).test(text.replace(/\{\w+\}/g, '{}')))
      .map(([key, text]) => `${key}: “${text}” has ${other}, which is ${term}`)))
    expect(wrong).toEqual([])
  })
})
