/** The keyboard: which keys mean which command, and what the help sheet lists. */
import type { Command } from '../../state/commands'
import { m } from '../../i18n'

const plain: Record<string, Command> = { F1: 'help', '?': 'help' }
const withMod: Record<string, Command> = {
  n: 'create', o: 'open-picture', i: 'import-videos', f: 'search', ',': 'settings', '1': 'create', '2': 'queue', '3': 'gallery', '4': 'money',
}

/** Whether a key press is meant for the text a person is writing. */
export function writing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName)
    || (target instanceof HTMLInputElement && !/^(button|checkbox|radio|range)$/.test(target.type)))
}

/** The command of a key press; undefined when it has none. */
export function commandOf(e: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey' | 'target'>, mac: boolean): Command | undefined {
  if (e.altKey) return undefined
  const mod = mac ? e.metaKey && !e.ctrlKey : e.ctrlKey && !e.metaKey
  if (mod && !e.shiftKey) return withMod[e.key.toLowerCase()]
  if (e.ctrlKey || e.metaKey) return undefined
  if (e.key === '?' && writing(e.target)) return undefined
  return plain[e.key]
}

/** The help sheet's groups, in the language in use. Several keys for one thing stand side by side. */
export const shortcutGroups = () => [
  {
    title: m.help_keys_window(),
    rows: [
      { keys: ['Mod+N', 'Mod+1'], text: m.help_key_create() },
      { keys: ['Mod+2'], text: m.help_key_queue() },
      { keys: ['Mod+3'], text: m.help_key_gallery() },
      { keys: ['Mod+4'], text: m.help_key_money() },
      { keys: ['Mod+O'], text: m.help_key_open() },
      { keys: ['Mod+I'], text: m.films_import() },
      { keys: ['Mod+V'], text: m.help_key_paste() },
      { keys: ['Mod+Enter'], text: m.help_key_generate() },
      { keys: ['Mod+F'], text: m.help_key_search() },
      { keys: ['Mod+,'], text: m.help_key_settings() },
      { keys: ['?', 'F1'], text: m.help_key_help() },
    ],
  },
  {
    title: m.help_keys_gallery(),
    rows: [
      { keys: ['Left', 'Right', 'Up', 'Down', 'PageUp', 'PageDown'], text: m.help_key_move() },
      { keys: ['Home', 'End'], text: m.help_key_ends() },
      { keys: ['Shift+Right', 'Shift+Down'], text: m.help_key_range() },
      { keys: ['Space'], text: m.help_key_choose() },
      { keys: ['Mod+A'], text: m.help_key_all() },
      { keys: ['Enter'], text: m.help_key_openvideo() },
      { keys: ['F'], text: m.help_key_favourite() },
      { keys: ['Delete'], text: m.help_key_delete() },
    ],
  },
  {
    title: m.help_keys_player(),
    rows: [
      { keys: ['Space'], text: m.help_key_play() },
      { keys: ['Left', 'Right'], text: m.help_key_seek() },
      { keys: [',', '.'], text: m.help_key_frame() },
      { keys: ['L'], text: m.help_key_loop() },
      { keys: ['M'], text: m.help_key_mute() },
      { keys: ['F'], text: m.help_key_full() },
      { keys: ['<', '>'], text: m.help_key_speed() },
      { keys: ['E'], text: m.share_menu() },
      { keys: ['Esc'], text: m.help_key_close() },
    ],
  },
]
