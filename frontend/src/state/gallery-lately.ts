/** Records that changed lately: an answer that was on its way may not know of them. */
import type { Video } from '../api'

const REMEMBERED = 500

export class Lately {
  #all = new Map<string, Video>()

  /** False for one that is no newer than what is known. */
  take(next: Video): boolean {
    if (next.version <= (this.#all.get(next.id)?.version ?? -1)) return false
    this.#all.delete(next.id)
    this.#all.set(next.id, next)
    for (const id of this.#all.keys()) {
      if (this.#all.size <= REMEMBERED) break
      this.#all.delete(id)
    }
    return true
  }

  /** The newest of each; how many its stack has is the answer's to tell. */
  newest(videos: readonly Video[]): Video[] {
    return videos.map((v) => {
      const late = this.#all.get(v.id)
      return late && late.version > v.version ? inStackOf(v, late) : v
    })
  }
}

/** A record by itself doesn't know how many its stack has. */
export const inStackOf = (had: Video, next: Video): Video => (had.stack === undefined ? next : { ...next, stack: had.stack })
