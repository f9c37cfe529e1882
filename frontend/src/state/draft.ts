/** What is being written, kept between starts; pictures only by their shelf id. */
import type { Params } from './models'

export interface Draft { model: string; params: Params; pictures: Record<string, string> }

const KEY = 'conch.draft'

export function readDraft(): Draft | undefined {
  try {
    const draft = JSON.parse(localStorage.getItem(KEY) ?? 'null') as Partial<Draft> | null
    if (!draft || typeof draft.model !== 'string') return undefined
    return { model: draft.model, params: draft.params ?? {}, pictures: draft.pictures ?? {} }
  } catch {
    return undefined
  }
}

export function writeDraft(draft: Draft): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(draft))
  } catch {
    // Without storage the draft lives until Conch quits.
  }
}
