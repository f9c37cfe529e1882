/** Words and formats. `m.key(args)` in markup follows the language in use. */
export { m } from './messages'
export { locale, locales, localeNames, negotiate, type Locale } from './locale.svelte'
export { faultText } from './fault'
export * as format from './format'
