/** The keyboard: which keys mean which command. */
import shortcuts from '../../state/shortcuts.json'
import type { Command } from '../../state/commands'

/** The keys of each command; the native menu has them from the same place. */
export const keysOf = (command: string): readonly string[] => (shortcuts as Record<string, string[]>)[command] ?? []

/** What the window does not listen for: the form's own, and the system's. */
const elsewhere = ['paste', 'generate', 'fullscreen', 'quit']
const byKeys = new Map(Object.entries(shortcuts).filter(([command]) => !elsewhere.includes(command)).flatMap(([command, keys]) => keys.map((k) => [k.toLowerCase(), command as Command])))

/** Whether a key press is meant for the text a person is writing. */
export function writing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName)
    || (target instanceof HTMLInputElement && !/^(button|checkbox|radio|range)$/.test(target.type)))
}

/** The command of a key press; undefined when it has none. */
export function commandOf(e: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey' | 'target'>, mac: boolean): Command | undefined {
  if (e.altKey) return undefined
  const mod = mac ? e.metaKey && !e.ctrlKey : e.ctrlKey && !e.metaKey
  if (mod && !e.shiftKey) return byKeys.get(`mod+${e.key.toLowerCase()}`)
  if (e.ctrlKey || e.metaKey) return undefined
  if (e.key === '?' && writing(e.target)) return undefined
  return byKeys.get(e.key.toLowerCase())
}

/** Whether a key press goes a place back (-1) or forward (1), as in a browser; 0 for any other. */
export function stepOf(e: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>, mac: boolean): -1 | 0 | 1 {
  if (e.shiftKey || e.ctrlKey) return 0
  const key = mac ? (e.metaKey && !e.altKey ? e.key : '') : e.altKey && !e.metaKey ? e.key : ''
  return key === (mac ? '[' : 'ArrowLeft') ? -1 : key === (mac ? ']' : 'ArrowRight') ? 1 : 0
}

/** A shortcut can arrive twice, from the native menu and from the page. */
export class Echo {
  #last: { command: Command; from: 'menu' | 'page'; at: number } | undefined

  /** Whether this is the other's of a command that was just carried out; a person's own second press never is. */
  of(command: Command, from: 'menu' | 'page', now = performance.now()): boolean {
    const last = this.#last
    const again = last?.command === command && last.from !== from && now - last.at < 250
    this.#last = again ? undefined : { command, from, at: now }
    return again
  }
}
