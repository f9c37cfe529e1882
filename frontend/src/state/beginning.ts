/** What the form's next video comes from, for as long as the form still says so. */
import type { Origin, Picture, Request } from '../api'

export class Beginning {
  #origin: Origin | undefined
  #picture = ''

  /** With a picture, only while that is among the request's. */
  set(origin: Origin | undefined, picture?: Picture): void {
    this.#origin = origin
    this.#picture = picture?.id ?? ''
  }

  told(request: Request): Request {
    const still = !this.#picture || Object.values(request.pictures ?? {}).includes(this.#picture)
    return this.#origin && still ? { ...request, origin: this.#origin } : request
  }
}
