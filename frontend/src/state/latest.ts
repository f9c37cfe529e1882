/** Of several questions on their way only the last one's answer counts. */
export class Latest {
  #asked = 0

  /** Takes the place of every question before; the answer is `true` for as long as no other has been asked since. */
  begin(): () => boolean {
    const mine = ++this.#asked
    return () => mine === this.#asked
  }

  /** No answer on its way counts any more. */
  drop(): void {
    this.#asked++
  }
}
