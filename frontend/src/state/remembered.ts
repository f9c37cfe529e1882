/** What the page knows of the last time before it is told: with it the first paint is right. */
import { locales, negotiate, type Locale } from '../i18n/locale.svelte'

const THEME = 'conch.theme'
const LANGUAGE = 'conch.language'

export function showTheme(theme: string): void {
  document.documentElement.dataset.theme = theme
}

function recall(key: string): string {
  try {
    return localStorage.getItem(key) ?? ''
  } catch {
    return '' // without storage the first paint follows the system
  }
}

export const showRememberedTheme = (): void => showTheme(recall(THEME) || 'system')

export function rememberedLanguage(): Locale {
  const kept = recall(LANGUAGE)
  return locales.find((known) => known === kept) ?? negotiate(navigator.languages)
}

export function remember(theme: string, language: Locale): void {
  try {
    localStorage.setItem(THEME, theme)
    localStorage.setItem(LANGUAGE, language)
  } catch {
    // Without storage the first paint follows the system.
  }
}
