/** Several films on one clock: that of the longest. What strays is set right whenever the clock tells its time. */
import { nextSpeed, stepFrame } from './player-keys'

/** Seconds apart that nobody sees. */
const NEAR = 0.08

export type Film = Pick<HTMLVideoElement, 'currentTime' | 'duration' | 'paused' | 'ended' | 'seeking' | 'readyState' | 'playbackRate' | 'play' | 'pause'>

export class InStep {
  time = $state(0)
  duration = $state(0)
  playing = $state(false)
  rate = $state(1)
  #films: Film[] = []

  /** The films there are, each once it knows its length. */
  take(films: readonly Film[]): void {
    this.#films = films.filter((f) => f.duration > 0)
    this.duration = Math.max(0, ...this.#films.map((f) => f.duration))
    this.follow()
  }

  get #clock(): Film | undefined {
    return this.#films.find((f) => f.duration === this.duration)
  }

  /** Called when a film tells of its time, waits, has what it waited for, or ends. */
  follow(): void {
    const clock = this.#clock
    if (!clock) return
    if (!clock.seeking && !clock.ended) this.time = clock.currentTime
    if (this.playing && clock.ended) this.#put(0)
    // Who waits for bytes holds the others.
    const waits = this.#films.some((f) => !this.#over(f) && f.readyState < 3)
    for (const film of this.#films) {
      film.playbackRate = this.rate
      const wanted = this.#place(film, this.time)
      if (film !== clock && !film.seeking && !clock.seeking && Math.abs(film.currentTime - wanted) > NEAR) film.currentTime = wanted
      const runs = this.playing && !waits && !this.#over(film)
      if (runs && film.paused) film.play().catch(() => (this.playing = false))
      else if (!runs && !film.paused) film.pause()
    }
  }

  /** A shorter one holds its last frame: at its very end some engines show nothing. */
  #place = (film: Film, time: number) => Math.min(time, Math.max(0, film.duration - 0.01))
  #over = (film: Film) => film !== this.#clock && this.time >= film.duration - 0.01

  toggle(): void {
    this.playing = !this.playing
    this.follow()
  }

  seek(to: number): void {
    this.#put(Math.min(Math.max(0, to), this.duration))
    this.follow()
  }

  #put(time: number): void {
    this.time = time
    for (const film of this.#films) film.currentTime = this.#place(film, time)
  }

  step(by: 1 | -1, frameRate: number): void {
    this.playing = false
    this.seek(stepFrame(this.time, by, frameRate, this.duration))
  }

  faster(by: number): void {
    this.rate = nextSpeed(this.rate, by)
    this.follow()
  }
}
