/** What a person says of videos, from the gallery and the player alike. */
import { host, type Label, type Marks } from '../api'
import { m } from '../i18n'
import { edits } from './edits'
import { attempt } from './gallery-actions'

export const LABELS = ['red', 'orange', 'yellow', 'green', 'blue', 'purple'] as const satisfies Label[]

/** As in the programs of photographers, which leave two without a key: those have their English initials. */
export const LABEL_KEYS = { red: '6', orange: 'O', yellow: '7', green: '8', blue: '9', purple: 'P' } as const satisfies Record<Exclude<Label, ''>, string>

export const labelName = (label: Exclude<Label, ''>): string =>
  ({ red: m.marks_red, orange: m.marks_orange, yellow: m.marks_yellow, green: m.marks_green, blue: m.marks_blue, purple: m.marks_purple })[label]()

/** Many are one change, with a notice that takes it back. */
export async function mark(ids: readonly string[], marks: Marks): Promise<boolean> {
  if (ids.length === 0) return false
  return attempt(async () => edits.tell(await host.mark([...ids], marks)))
}

export const renameTag = async (from: string, to: string): Promise<void> => edits.tell(await host.renameTag(from, to), true)

export type MarkAction = { do: 'rating'; rating: number } | { do: 'label'; label: Label } | { do: 'tags' | 'notes' | 'undo' | 'redo' }

type Press = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey' | 'repeat'>

const keys: Record<string, MarkAction> = {
  ...Object.fromEntries(Object.entries(LABEL_KEYS).map(([label, key]) => [key.toLowerCase(), { do: 'label', label: label as Label }])),
  t: { do: 'tags' }, n: { do: 'notes' },
}

/** Which key says what of a video; undefined when it says nothing. */
export function markAction(e: Press): MarkAction | undefined {
  if (e.altKey) return undefined
  const key = e.key.toLowerCase()
  if (e.ctrlKey || e.metaKey) {
    if (key === 'z') return { do: e.shiftKey ? 'redo' : 'undo' }
    return key === 'y' && !e.shiftKey ? { do: 'redo' } : undefined
  }
  if (e.repeat || (e.shiftKey && !/^\d$/.test(key))) return undefined // French keyboards give digits with Shift alone
  return /^[0-5]$/.test(key) ? { do: 'rating', rating: Number(key) } : keys[key]
}
