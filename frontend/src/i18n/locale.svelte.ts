/** The language in use, as reactive state: message calls in markup follow it without a reload. */
import type { Words } from './words'
import english from './words-en'

export type Locale = 'en' | 'zh-Hant' | 'zh-Hans'
export const locales: readonly Locale[] = ['en', 'zh-Hant', 'zh-Hans']

/** Each language by its own name; never translated. */
export const localeNames: Record<Locale, string> = { en: 'English', 'zh-Hant': '繁體中文', 'zh-Hans': '简体中文' }

const others: Record<Exclude<Locale, 'en'>, () => Promise<{ default: Words }>> = {
  'zh-Hant': () => import('./words-zh-Hant'),
  'zh-Hans': () => import('./words-zh-Hans'),
}
const known = new Map<Locale, Words>([['en', english]])
/** What views brought, also in languages that are not learned yet. */
const brought = new Map<Locale, Words>()
let current = $state<Locale>('en')
let wanted: Locale = 'en'

/** The messages of a language that was learned. */
export const wordsOf = (language: Locale): Words => known.get(language)!

/** Takes the words of a view that has its own with it, before it says any. */
export function bring(words: Record<Locale, Words>): void {
  for (const language of locales) {
    brought.set(language, { ...brought.get(language), ...words[language] })
    const all = known.get(language)
    if (all) known.set(language, { ...all, ...words[language] })
  }
}

export const locale = {
  get current(): Locale {
    return current
  },
  knows: (language: Locale): boolean => known.has(language),
  /** Loads the messages of a language. */
  async learn(next: Locale): Promise<void> {
    if (next !== 'en' && !known.has(next)) known.set(next, { ...(await others[next]()).default, ...brought.get(next) })
  },
  /** Changes the language; one not learned yet comes in a moment, unless another is wanted by then. */
  async set(next: Locale): Promise<void> {
    wanted = next
    if (!known.has(next)) await this.learn(next)
    if (wanted !== next) return
    current = next
    document.documentElement.lang = next
  },
}

/** The first language of the list that there are messages for; English when none. */
export function negotiate(languages: readonly string[]): Locale {
  for (const tag of languages) {
    const lower = tag.toLowerCase().replaceAll('_', '-')
    if (/^zh-(hant|tw|hk|mo)/.test(lower)) return 'zh-Hant'
    if (/^zh\b/.test(lower)) return 'zh-Hans'
    if (/^en\b/.test(lower)) return 'en'
  }
  return 'en'
}
