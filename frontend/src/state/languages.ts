/** The language choices, the first of them "as the system". */
import { localeNames, locales, m, negotiate, type Locale } from '../i18n'

export const languageOptions = (systemLanguages: readonly string[]) => [
  { value: '', label: m.settings_language_system({ name: localeNames[negotiate(systemLanguages)] }) },
  ...locales.map((l: Locale) => ({ value: l as string, label: localeNames[l] })),
]
