/** What only a person can decide about a run, asked in a dialog. Go carries it out; a refusal stays in the dialog. */
import { host, toFault, type Fault, type Generation, type Price } from '../api'
import { m } from '../i18n'
import { queue } from './queue.svelte'
import { canGiveUp, canResolve } from './queue-stages'
import { router } from './router.svelte'
import { toasts } from './toasts.svelte'

/**
 * `resolve`: which prediction an uncertain run became. `resubmit`: whether to send it once more. `stop`: whether to
 * wait for a run that is billed already. `adopt`: a run made elsewhere.
 */
export type Question = 'resolve' | 'resubmit' | 'stop' | 'adopt'

class Decisions {
  question = $state<Question | undefined>(undefined)
  prediction = $state('')
  /** What sending once more costs now; until the service says, what it cost then. */
  price = $state.raw<Price | undefined>(undefined)
  fault = $state.raw<Fault | undefined>(undefined)
  busy = $state(false)
  #id = $state('')

  run = $derived(queue.items.find((g) => g.id === this.#id))
  /** The question, as long as it can be asked: the run may have moved on meanwhile. */
  open = $derived.by<Question | undefined>(() => {
    switch (this.question) {
      case 'resolve': return this.run && (canResolve(this.run) || this.busy) ? 'resolve' : undefined
      case 'resubmit': return this.run?.state === 'uncertain' || this.busy ? this.question : undefined
      case 'stop': return this.run && (canGiveUp(this.run) || this.busy) ? 'stop' : undefined
      default: return this.question
    }
  })

  ask(question: Question, run?: Generation): void {
    this.question = question
    this.#id = run?.id ?? ''
    this.prediction = ''
    this.fault = undefined
    this.price = run?.price
    if (question === 'resubmit' && run) void this.#quote(run)
  }

  close(): void {
    this.question = undefined
  }

  /** Typing again takes the refusal away. */
  type(text: string): void {
    this.prediction = text
    this.fault = undefined
  }

  /** Sends the prediction id that was typed. */
  async enter(): Promise<void> {
    const id = this.prediction.trim()
    const { question, run } = this
    if (!id) return
    await this.#decide(async () => {
      if (question === 'resolve' && run) queue.take(await host.resolve(run.id, id))
      if (question === 'adopt') this.#adopted(await host.adopt(id))
    })
  }

  resubmit = () => this.#decide(async () => queue.take(await host.resubmit(this.run!.id)))
  giveUp = () => this.#decide(async () => queue.take(await host.giveUp(this.run!.id)))

  async #decide(carryOut: () => Promise<void>): Promise<void> {
    if (this.busy) return
    this.busy = true
    this.fault = undefined
    try {
      await carryOut()
      this.close()
    } catch (reason) {
      this.fault = toFault(reason)
    } finally {
      this.busy = false
    }
  }

  #adopted(run: Generation): void {
    const video = run.videos?.[0]
    if (run.state === 'done' && video) {
      toasts.info(m.adopt_kept(), { label: m.queue_show(), run: () => router.go('player', video) })
      return
    }
    queue.take(run)
    router.go('queue')
  }

  async #quote(run: Generation): Promise<void> {
    const price = await host.quote(run.request).catch(() => null)
    if (price && this.#id === run.id) this.price = price
  }
}

export const decisions = new Decisions()
