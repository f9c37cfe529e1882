import { describe, expect, it } from 'vitest'
import { m } from '../../i18n'
import { markAction, type MarkAction } from '../../state/marks'
import { compareAction, playerAction } from '../../state/player-keys'
import { Days } from '../../state/gallery-days'
import { galleryAction } from '../gallery/keys'
import { Layout } from '../gallery/layout'
import shortcuts from '../../state/shortcuts.json'
import { shortcutGroups } from './sheet'
import { commandOf, Echo, stepOf, writing } from './shortcuts'

const names: Record<string, string> = { Left: 'ArrowLeft', Right: 'ArrowRight', Up: 'ArrowUp', Down: 'ArrowDown', Space: ' ', Esc: 'Escape' }
function press(keys: string, rest: Partial<KeyboardEvent> = {}) {
  const parts = keys.split(/\+(?=.)/)
  const key = parts.at(-1)!
  return { key: names[key] ?? key, ctrlKey: parts.includes('Mod'), metaKey: false, altKey: false, shiftKey: parts.includes('Shift'), repeat: false, target: document.body, ...rest }
}

const marks: Record<MarkAction['do'], string> = {
  rating: m.help_key_rating(), label: m.help_key_label(), tags: m.help_key_tags(), notes: m.help_key_notes(), undo: m.help_key_undo(), redo: m.help_key_redo(),
}
const marked = (keys: string) => marks[markAction(press(keys))?.do as MarkAction['do']]

it('a step back or forward is the browser’s', () => {
  const alt = (key: string, rest: Partial<KeyboardEvent> = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: true, shiftKey: false, ...rest })
  expect([alt('ArrowLeft'), alt('ArrowRight'), alt('ArrowUp'), alt('ArrowLeft', { shiftKey: true })].map((e) => stepOf(e, false))).toEqual([-1, 1, 0, 0])
  expect([alt('[', { altKey: false, metaKey: true }), alt(']', { altKey: false, metaKey: true }), alt('ArrowLeft')].map((e) => stepOf(e, true))).toEqual([-1, 1, 0])
})

describe('the help sheet', () => {
  const [anywhere, gallery, trash, player, compare] = shortcutGroups() as [Group, Group, Group, Group, Group]
  type Group = ReturnType<typeof shortcutGroups>[number]

  it('lists commands that there are', () => {
    const listed = new Map(anywhere.rows.flatMap((row) => row.keys.map((keys) => [keys, row.text])))
    // The form listens for two of these, the system for the others.
    const others: string[] = [m.help_key_paste(), m.help_key_generate(), m.help_key_full(), m.help_key_quit(), m.help_key_back(), m.help_key_forward()]
    const words: Record<string, string> = {
      create: m.help_key_create(), queue: m.help_key_queue(), gallery: m.help_key_gallery(), 'open-picture': m.help_key_open(), 'import-videos': m.films_import(),
      search: m.help_key_search(), settings: m.help_key_settings(), money: m.help_key_money(), statistics: m.nav_statistics(), help: m.help_key_help(), palette: m.palette_title(),
    }
    for (const [keys, text] of listed) expect(words[commandOf(press(keys), false) ?? ''], keys).toBe(others.includes(text) ? undefined : text)
    expect(new Set(listed.values())).toEqual(new Set([...Object.values(words), ...others]))
    expect(new Set(listed.keys())).toEqual(new Set([...Object.values(shortcuts).flat(), 'Alt+Left', 'Alt+Right']))
  })

  it('lists what the gallery’s keys do', () => {
    const does: Record<string, string> = { favourite: m.help_key_favourite(), trash: m.help_key_delete(), choose: m.help_key_choose(), all: m.help_key_all(), rename: m.gallery_rename(), none: m.gallery_deselect(), compare: m.palette_compare(), collect: m.help_key_collect(), 'take-out': m.help_key_take_out(), stack: m.help_key_stack(), front: m.stack_stand() }
    const grid = new Layout(new Days([{ day: '2026-11-24', count: 40 }]), 660, 1) // three columns
    for (const row of gallery.rows) for (const keys of row.keys) {
      const to = grid.move(press(keys).key, 13, 2)
      if ([m.help_key_move(), m.help_key_ends(), m.help_key_range()].some((text) => text === row.text)) expect([undefined, 13], keys).not.toContain(to)
      // Enter is the tile's own, a button; Alt with an arrow is the grid's in an order of one's own.
      else if (keys !== 'Enter' && row.text !== m.help_key_arrange()) expect(does[galleryAction(press(keys)) ?? ''] ?? marked(keys), keys).toBe(row.text)
    }
  })

  it('lists what the trash’s keys do, which is not what they do elsewhere', () => {
    const does: Record<string, string> = { restore: m.trash_restore(), trash: m.trash_forget() }
    expect(trash.title).toBe(m.trash_title())
    for (const row of trash.rows) for (const keys of row.keys) expect(does[galleryAction(press(keys)) ?? ''], keys).toBe(row.text)
    expect(trash.rows.flatMap((row) => row.keys)).toEqual(['R', 'Delete', 'Backspace'])
    expect(gallery.rows.find((row) => row.keys.includes('Delete'))?.text).not.toBe(m.trash_forget())
    expect(gallery.rows.flatMap((row) => row.keys)).not.toContain('R')
  })

  it('lists what the player’s keys do', () => {
    const does: Record<string, string> = {
      play: m.help_key_play(), shuttle: m.help_key_shuttle(), pause: m.player_pause(), seek: m.help_key_seek(), frame: m.help_key_frame(), loop: m.help_key_loop(),
      mute: m.help_key_mute(), full: m.help_key_full(), share: m.share_menu(), speed: m.help_key_speed(), back: m.help_key_close(),
      volume: m.help_key_volume(), start: m.help_key_edges(), end: m.help_key_edges(), next: m.help_key_neighbour(), previous: m.help_key_neighbour(),
      favourite: m.help_key_favourite(), trash: m.help_key_delete(), collect: m.help_key_collect(),
    }
    for (const row of player.rows) for (const keys of row.keys) expect(does[playerAction(press(keys))?.do ?? ''] ?? marked(keys), keys).toBe(row.text)
    for (const row of compare.rows) for (const keys of row.keys) expect(does[compareAction(press(keys))?.do ?? ''], keys).toBe(row.text)
  })

  it('forgets no key of the gallery, the player and the videos side by side', () => {
    const all = [...Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i)), ...Array.from({ length: 12 }, (_, i) => `F${i + 1}`),
      'Space', 'Esc', 'Left', 'Right', 'Up', 'Down', 'Home', 'End', 'PageUp', 'PageDown', 'Enter', 'Delete', 'Backspace', 'Insert', 'Tab', 'Mod+A', 'Mod+Z', 'Mod+Shift+Z', 'Mod+Y']
    const missing = (rows: Group['rows'], acts: (e: ReturnType<typeof press>) => unknown) => {
      const listed = new Set(rows.flatMap((row) => row.keys.map((keys) => keys.toLowerCase())))
      return all.filter((keys) => acts(press(keys)) && !listed.has(keys.toLowerCase()))
    }
    expect(missing([...gallery.rows, ...trash.rows], (e) => galleryAction(e) ?? (markAction(e)?.do !== 'notes' && markAction(e)))).toEqual([])
    expect(missing(player.rows, (e) => playerAction(e) ?? markAction(e))).toEqual([])
    expect(missing(compare.rows, compareAction)).toEqual([])
  })
})

it('no key means two things in one place', () => {
  const all = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i)).map((key) => press(key))
  expect(all.filter((e) => markAction(e) && (galleryAction(e) ?? playerAction(e))).map((e) => e.key)).toEqual([])
})

describe('a key press', () => {
  it('means a command with the system’s own modifier alone', () => {
    expect(commandOf(press('Mod+f'), false)).toBe('search')
    expect(commandOf(press('f', { metaKey: true }), true)).toBe('search')
    expect(commandOf(press('Mod+f'), true)).toBeUndefined()
    expect(commandOf(press('f', { metaKey: true }), false)).toBeUndefined()
    expect(commandOf(press('Mod+f', { metaKey: true }), false)).toBeUndefined()
    expect(commandOf(press('Mod+f', { altKey: true }), false)).toBeUndefined()
    expect(commandOf(press('Mod+F', { shiftKey: true }), false)).toBeUndefined()
    expect(commandOf(press('f'), false)).toBeUndefined()
  })

  it('stays a letter where a person writes', () => {
    const area = document.createElement('textarea')
    const slider = Object.assign(document.createElement('input'), { type: 'range' })
    expect(commandOf(press('?', { target: area, shiftKey: true }), false)).toBeUndefined()
    expect(commandOf(press('?', { target: slider, shiftKey: true }), false)).toBe('help')
    expect(commandOf(press('F1', { target: area }), false)).toBe('help')
    expect(commandOf(press('Mod+f', { target: area }), false)).toBe('search')
    expect([area, document.createElement('input'), document.createElement('select'), slider, document.createElement('button'), null].map(writing))
      .toEqual([true, true, true, false, false, false])
  })
})

it('is carried out once when the native menu and the page both bring it, and as often as it is pressed', () => {
  const echo = new Echo()
  const came = (...all: [from: 'menu' | 'page', at: number][]) => all.filter(([from, at]) => !echo.of('palette', from, at)).length
  expect(came(['page', 0], ['menu', 100])).toBe(1)
  expect(came(['menu', 110], ['page', 120])).toBe(1)
  expect(came(['page', 1000], ['page', 1060], ['page', 1120])).toBe(3)
  expect(came(['page', 2000], ['menu', 2300])).toBe(2)
})

describe('a key on a tile', () => {
  it('acts once however long it is held', () => {
    expect(galleryAction(press('Delete'))).toBe('trash')
    expect(galleryAction(press('Delete', { repeat: true }))).toBeUndefined()
  })

  it('leaves the keys of the window alone', () => {
    expect(galleryAction(press('Mod+f'))).toBeUndefined()
    expect(galleryAction(press('Mod+a'))).toBe('all')
    expect([press('a'), press('A'), press('A', { shiftKey: true }), press('Mod+A', { shiftKey: true })].map(galleryAction)).toEqual(['collect', 'collect', 'take-out', 'all'])
    expect([' ', 'F', 'F2', 'Backspace', 'Escape', 'x'].map((k) => galleryAction(press(k)))).toEqual(['choose', 'favourite', 'rename', 'trash', 'none', undefined])
  })
})
