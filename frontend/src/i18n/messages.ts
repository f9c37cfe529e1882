/** `m.key(args)` is a message in the language in use, or in another that was learned: `m.key(args, { locale })`; Paraglide, which compiles and checks them all, says which there are. */
import { locale, wordsOf, type Locale } from './locale.svelte'
import type { m as Compiled } from './paraglide/messages.js'
import type { Message, Plural } from './words'

type Args = Record<string, unknown>

function form({ declarations, match }: Plural, args: Args, language: Locale): string {
  const [, name, of] = declarations.join('\n').match(/local (\w+) = (\w+): plural/)!
  return match[`${name}=${new Intl.PluralRules(language).select(Number(args[of!]))}`] ?? match[`${name}=other`]!
}

function say(message: Message, args: Args, language: Locale): string {
  const text = typeof message === 'string' ? message : form(message[0], args, language)
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(args[name]))
}

// The sentences themselves, not Paraglide's three functions for each: less to load, nothing to evaluate at the start.
export const m = new Proxy({}, {
  get(_, key: string) {
    if (!(key in wordsOf(locale.current))) return undefined
    return (args: Args = {}, { locale: language = locale.current }: { locale?: Locale } = {}) => say(wordsOf(language)[key]!, args, language)
  },
}) as typeof Compiled
