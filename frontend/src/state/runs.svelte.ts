/** The runs begun from the form since Conch started, for the strip beneath the stage. */
import { host, type Generation, type Stage } from '../api'
import { ended } from './queue-stages'

const MOST = 10
const MOST_EARLY = 64

class Runs {
  /** Newest first. */
  list = $state.raw<Generation[]>([])
  stages = $state.raw<Record<string, Stage>>({})
  /** The finished video on the stage; '' shows the picture. */
  showing = $state('')
  /** The newest run under way, which the stage shows until its video is there; or until a person looks at something else. */
  working = $derived(this.list.find((g) => !ended(g) && g.id !== this.#left))
  #left = $state('')
  /** The latest of each run that was not begun here, or whose answer is still on its way. */
  #early = new Map<string, Generation>()

  start(): () => void {
    const stops = [
      host.on('generation', (g) => this.#take(g)),
      host.on('stage', (s) => {
        if (this.list.some((g) => g.id === s.id)) this.stages = { ...this.stages, [s.id]: s }
      }),
    ]
    return () => stops.forEach((stop) => stop())
  }

  /** Follows a run; its first events may have come before the answer did. */
  add(generation: Generation): void {
    const early = this.#early.get(generation.id)
    this.#early.delete(generation.id)
    const going = this.list.filter((g) => g.id !== generation.id)
    this.list = [generation, ...going].slice(0, MOST)
    this.showing = ''
    if (early) this.#take(early)
  }

  /** Leaves the stage to the picture or the words of the next run. */
  leave(): void {
    this.#left = this.working?.id ?? ''
    this.showing = ''
  }

  close(id: string): void {
    this.list = this.list.filter((g) => g.id !== id)
  }

  #take(next: Generation): void {
    const held = this.list.find((g) => g.id === next.id)
    if (!held) {
      if (next.version <= (this.#early.get(next.id)?.version ?? -1)) return
      this.#early.delete(next.id)
      this.#early.set(next.id, next)
      if (this.#early.size > MOST_EARLY) this.#early.delete(this.#early.keys().next().value!)
      return
    }
    if (next.version <= held.version) return
    this.list = next.dismissed ? this.list.filter((g) => g.id !== next.id) : this.list.map((g) => (g.id === next.id ? next : g))
    const video = next.videos?.[0]
    if (next.state === 'done' && held.state !== 'done' && video && next.id !== this.#left) this.showing = video
  }
}

export const runs = new Runs()
