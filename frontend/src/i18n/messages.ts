/** `m.key(args)` is a message in the language in use; Paraglide, which compiles and checks them all, says which there are. */
import { locale, type Locale } from './locale.svelte'
import type { m as Compiled } from './paraglide/messages.js'

type Args = Record<string, unknown>
/** A text for each form that a number takes: "p=one" of the declaration "local p = count: plural". */
interface Plural { declarations: string[]; match: Record<string, string> }
type Message = string | [Plural]

// The sentences themselves, not Paraglide's three functions for each: less to load, nothing to evaluate at the start.
const files = import.meta.glob<Record<string, Message>>('../../messages/*/*.json', { eager: true, import: 'default' })
const tables: Record<Locale, Record<string, Message>> = { en: {}, 'zh-Hant': {}, 'zh-Hans': {} }
for (const [path, messages] of Object.entries(files)) Object.assign(tables[path.split('/').at(-2) as Locale], messages)

function form({ declarations, match }: Plural, language: Locale, args: Args): string {
  const [, name, of] = declarations.join('\n').match(/local (\w+) = (\w+): plural/)!
  return match[`${name}=${new Intl.PluralRules(language).select(Number(args[of!]))}`] ?? match[`${name}=other`]!
}

function say(message: Message, language: Locale, args: Args): string {
  const text = typeof message === 'string' ? message : form(message[0], language, args)
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(args[name]))
}

export const m = new Proxy({}, {
  get(_, key: string) {
    if (!(key in tables.en)) return undefined
    return (args: Args = {}) => say(tables[locale.current][key]!, locale.current, args)
  },
}) as typeof Compiled
