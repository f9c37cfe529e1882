/** What the command palette offers, and in which order. */
import { computeCommandScore } from 'bits-ui'
import type { Collection } from '../../api'
import { locales, m } from '../../i18n'
import '../../i18n/words-collections'
import '../../i18n/words-help'
import type { Command } from '../../state/commands'
import { keysOf } from './shortcuts'

type Title = (args?: Record<string, never>, options?: { locale?: (typeof locales)[number] }) => string

const titles: readonly [Command, Title, Title?][] = [
  ['create', m.help_key_create], ['queue', m.help_key_queue], ['gallery', m.help_key_gallery], ['money', m.help_key_money], ['statistics', m.nav_statistics],
  ['open-picture', m.help_key_open], ['import-videos', m.films_import], ['generate', m.help_key_generate], ['search', m.help_key_search],
  ['favourites', m.gallery_favourites], ['stacks', m.stack_show], ['trash', m.trash_show], ['export', m.palette_export], ['compare', m.palette_compare], ['collect', m.collection_add], ['take-out', m.help_key_take_out], ['new-collection', m.collection_new], ['save-search', m.collection_save], ['adopt', m.palette_adopt], ['settings', m.help_key_settings],
  ['theme-light', m.settings_theme_light, m.settings_theme], ['theme-dark', m.settings_theme_dark, m.settings_theme], ['theme-system', m.settings_theme_system, m.settings_theme],
  ['help', m.help_key_help], ['activity', m.activity_copy],
]

export interface Offer { command: Command; title: string; keys: string | undefined; score: number }

const titled = ([, title, group]: (typeof titles)[number], locale?: (typeof locales)[number]) =>
  [...(group ? [group({}, { locale })] : []), title({}, { locale })].join(': ')

/** Below this the letters are there by chance. */
const LEAST = 0.01

/** The commands that what is typed may mean, in any of the languages that were learned; the likeliest first, all of them for ''. */
export function offers(typed: string, known: readonly (typeof locales)[number][], possible: (command: Command) => boolean): Offer[] {
  const wanted = typed.trim()
  return titles.filter(([command]) => possible(command))
    .map((entry) => ({
      command: entry[0], title: titled(entry), keys: keysOf(entry[0])[0],
      score: wanted === '' ? 1 : Math.max(...known.map((locale) => computeCommandScore(titled(entry, locale), wanted))),
    }))
    .filter(({ score }) => score > LEAST)
    .sort((a, b) => b.score - a.score)
}

/** The collections that what is typed may name, the likeliest first; none for ''. */
export function shelves(typed: string, known: readonly (typeof locales)[number][], all: readonly Collection[]): { collection: Collection; score: number }[] {
  const wanted = typed.trim()
  if (wanted === '') return []
  return all
    .map((collection) => ({ collection, score: Math.max(...[collection.name, ...known.map((locale) => `${m.gallery_collections({}, { locale })}: ${collection.name}`)].map((text) => computeCommandScore(text, wanted))) }))
    .filter(({ score }) => score > LEAST)
    .sort((a, b) => b.score - a.score)
}
