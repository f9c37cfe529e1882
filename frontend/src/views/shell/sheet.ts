/** What the help sheet lists; it comes with the sheet. */
import { m } from '../../i18n'
import '../../i18n/words-collections'
import '../../i18n/words-help'
import '../../i18n/words-stacks'
import { LABEL_KEYS } from '../../state/marks'
import { keysOf } from './shortcuts'

/** The gallery's and the player's alike. */
const marks = () => [
  { keys: ['1', '2', '3', '4', '5', '0'], text: m.help_key_rating() },
  { keys: Object.values(LABEL_KEYS), text: m.help_key_label() },
  { keys: ['T'], text: m.help_key_tags() },
]
const undo = () => [
  { keys: ['Mod+Z'], text: m.help_key_undo() },
  { keys: ['Mod+Shift+Z', 'Mod+Y'], text: m.help_key_redo() },
]

/** The help sheet's groups, in the language in use. Several keys for one thing stand side by side. */
export const shortcutGroups = (mac = false): { title: string; rows: { keys: readonly string[]; text: string }[] }[] => [
  {
    title: m.help_keys_window(),
    rows: [
      { keys: keysOf('palette'), text: m.palette_title() },
      { keys: keysOf('create'), text: m.help_key_create() },
      { keys: keysOf('queue'), text: m.help_key_queue() },
      { keys: keysOf('gallery'), text: m.help_key_gallery() },
      { keys: keysOf('money'), text: m.help_key_money() },
      { keys: keysOf('statistics'), text: m.nav_statistics() },
      { keys: keysOf('open-picture'), text: m.help_key_open() },
      { keys: keysOf('import-videos'), text: m.films_import() },
      { keys: keysOf('paste'), text: m.help_key_paste() },
      { keys: keysOf('generate'), text: m.help_key_generate() },
      { keys: keysOf('search'), text: m.help_key_search() },
      { keys: keysOf('settings'), text: m.help_key_settings() },
      { keys: keysOf('fullscreen'), text: m.help_key_full() },
      { keys: mac ? ['Mod+['] : ['Alt+Left'], text: m.help_key_back() },
      { keys: mac ? ['Mod+]'] : ['Alt+Right'], text: m.help_key_forward() },
      { keys: keysOf('quit'), text: m.help_key_quit() },
      { keys: keysOf('help'), text: m.help_key_help() },
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
      { keys: ['Esc'], text: m.gallery_deselect() },
      { keys: ['Enter'], text: m.help_key_openvideo() },
      { keys: ['F'], text: m.help_key_favourite() },
      { keys: ['C'], text: m.palette_compare() },
      { keys: ['S'], text: m.help_key_stack() },
      { keys: ['Shift+S'], text: m.stack_stand() },
      { keys: ['A'], text: m.help_key_collect() },
      { keys: ['Shift+A'], text: m.help_key_take_out() },
      { keys: ['Alt+Left', 'Alt+Right', 'Alt+Up', 'Alt+Down'], text: m.help_key_arrange() },
      { keys: ['F2'], text: m.gallery_rename() },
      ...marks(),
      { keys: ['Delete', 'Backspace'], text: m.help_key_delete() },
      ...undo(),
    ],
  },
  {
    title: m.trash_title(),
    rows: [
      { keys: ['R'], text: m.trash_restore() },
      { keys: ['Delete', 'Backspace'], text: m.trash_forget() },
    ],
  },
  {
    title: m.help_keys_player(),
    rows: [
      { keys: ['Space'], text: m.help_key_play() },
      { keys: ['J', 'L'], text: m.help_key_shuttle() },
      { keys: ['K'], text: m.player_pause() },
      { keys: ['Left', 'Right'], text: m.help_key_seek() },
      { keys: [',', '.'], text: m.help_key_frame() },
      { keys: ['Home', 'End'], text: m.help_key_edges() },
      { keys: ['[', ']', 'PageUp', 'PageDown'], text: m.help_key_neighbour() },
      { keys: ['Up', 'Down'], text: m.help_key_volume() },
      { keys: ['M'], text: m.help_key_mute() },
      { keys: ['<', '>'], text: m.help_key_speed() },
      { keys: ['Shift+L'], text: m.help_key_loop() },
      { keys: ['F'], text: m.help_key_full() },
      { keys: ['B'], text: m.help_key_favourite() },
      { keys: ['E'], text: m.share_menu() },
      { keys: ['A'], text: m.help_key_collect() },
      ...marks(),
      { keys: ['Delete'], text: m.help_key_delete() },
      ...undo(),
      { keys: ['N'], text: m.help_key_notes() },
      { keys: ['Esc'], text: m.help_key_close() },
    ],
  },
  {
    title: m.compare_title(),
    rows: [
      { keys: ['Space'], text: m.help_key_play() },
      { keys: ['K'], text: m.player_pause() },
      { keys: ['Left', 'Right'], text: m.help_key_seek() },
      { keys: [',', '.'], text: m.help_key_frame() },
      { keys: ['Home', 'End'], text: m.help_key_edges() },
      { keys: ['<', '>'], text: m.help_key_speed() },
      { keys: ['Esc'], text: m.help_key_close() },
    ],
  },
]
