/** The language in use, as reactive state: message calls in markup follow it without a reload. */
export type Locale = 'en' | 'zh-Hant' | 'zh-Hans'
export const locales: readonly Locale[] = ['en', 'zh-Hant', 'zh-Hans']

/** Each language by its own name; never translated. */
export const localeNames: Record<Locale, string> = { en: 'English', 'zh-Hant': '繁體中文', 'zh-Hans': '简体中文' }

let current = $state<Locale>('en')

export const locale = {
  get current(): Locale {
    return current
  },
  set(next: Locale): void {
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
