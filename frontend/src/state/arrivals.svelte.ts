/** What is on its way to several places: in each, what was asked for last wins, however late the others come. */

interface Asked { place: string; ticket: number }

export class Arrivals {
  #coming = $state.raw<readonly Asked[]>([])
  #last = 0

  get any(): boolean {
    return this.#coming.length > 0
  }

  at = (place: string): boolean => this.#coming.some((a) => a.place === place)

  /** A ticket for what is asked for now. */
  begin(place: string): number {
    this.#coming = [...this.#coming, { place, ticket: ++this.#last }]
    return this.#last
  }

  /** It is still wanted: nothing newer has come. */
  wants = (ticket: number): boolean => this.#coming.some((a) => a.ticket === ticket)

  /** It has come: true when it is to be taken; whatever was asked for before it in its place then no longer is. */
  take(ticket: number): boolean {
    const asked = this.#coming.find((a) => a.ticket === ticket)
    if (!asked) return false
    this.#coming = this.#coming.filter((a) => a.place !== asked.place || a.ticket > ticket)
    return true
  }

  /** It will not come: it failed, or the person thought better of it. What was asked for before it still may. */
  end(ticket: number): void {
    if (this.wants(ticket)) this.#coming = this.#coming.filter((a) => a.ticket !== ticket)
  }

  /** What is there now is wanted: nothing that was asked for earlier may come to this place, or to any. */
  settle(place?: string): void {
    if (this.any) this.#coming = place === undefined ? [] : this.#coming.filter((a) => a.place !== place)
  }
}
