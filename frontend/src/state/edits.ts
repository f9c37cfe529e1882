/** What a person changed, and taking it back: by key the last one, by its notice any. */
import { host, type Edit } from '../api'
import { format, m } from '../i18n'
import { toasts } from './toasts.svelte'
import { Turns } from './turns'

/** What an edit did, as a sentence. */
export function editText({ kind, count }: Edit): string {
  const text = {
    name: m.edit_name, favourite: m.edit_favourite, rating: m.edit_rating, label: m.edit_label, notes: m.edit_notes, tags: m.edit_tags,
    trash: m.gallery_trashed, restore: m.edit_restore, collection: m.edit_collection, front: m.edit_front,
  }[kind]
  return text({ count, shown: format.number(count) })
}

class Edits {
  /** What was taken back here, the latest last: made again from there, until something else is done. */
  #undone: number[] = []
  #newest = 0
  /** One after another, however quickly the keys come. */
  #turns = new Turns()
  #notice = 0

  /** Says what was done where that doesn't all show, with its undo, and what was not. */
  tell(edit: Edit, always = false, text = editText(edit)): void {
    if (edit.fault) toasts.fault(edit.fault)
    if (edit.id > 0 && (always || edit.count > 1)) this.#say(text, m.common_undo(), edit.id)
  }

  /** Takes back the last change that wasn't. */
  undo = (): Promise<void> => this.#next(async () => {
    const last = (await host.edits()).find((e) => !e.undone)
    if (last) await this.#turnOver(last.id)
    else toasts.info(m.edit_none())
  })

  /** Makes the last one again that was taken back, if nothing was done since. */
  redo = (): Promise<void> => this.#next(async () => {
    if ((await host.edits())[0]?.id !== this.#newest) this.#undone = []
    const last = this.#undone.at(-1)
    if (last) await this.#turnOver(last)
    else toasts.info(m.edit_none_again())
  })

  /** Takes this one back, or makes it again. */
  take = (id: number): Promise<void> => this.#next(() => this.#turnOver(id))

  async #turnOver(id: number): Promise<void> {
    const edit = await host.undo(id)
    this.#undone = this.#undone.filter((other) => other !== id)
    if (edit.undone) this.#undone.push(id)
    this.#newest = (await host.edits())[0]?.id ?? 0
    const what = editText(edit)
    if (edit.undone) this.#say(m.edit_undone({ what }), m.common_redo(), id)
    else this.#say(m.edit_redone({ what }), m.common_undo(), id)
    if (edit.fault) toasts.fault(edit.fault)
  }

  #next(step: () => Promise<void>): Promise<void> {
    return this.#turns.take(step).catch((reason: unknown) => void toasts.fault(reason))
  }

  /** One notice at a time: the last change is the one that is taken back. */
  #say(text: string, label: string, id: number): void {
    toasts.close(this.#notice)
    this.#notice = toasts.info(text, { label, run: () => void this.take(id) })
  }
}

export const edits = new Edits()
