/** What the next video is made of: model, words, pictures, settings, its price, and the press of the button. */
import { host, toFault, type Fault, type Field, type Generation, type Model, type Origin, type Picture, type Price, type Request } from '../api'
import { Arrivals } from './arrivals.svelte'
import { opened } from './convert'
import { readDraft, writeDraft } from './draft'
import { Beginning } from './beginning'
import { blamed, faultOfMissing, fieldsOf, firstFrameOf, missingOf, promptOf, requestOf, siblingWithPicture, slotOf, takesPicture, valueOf, type Params } from './models'
import { Quote } from './quote.svelte'
import { router } from './router.svelte'
import { runs } from './runs.svelte'

/** Something the form did on its own, said in a quiet line. */
export interface Note { kind: 'switched' | 'no_picture_model' | 'model_gone'; name: string }

/** The slot of the first frame. */
const FIRST = 'first_frame'
const SAVE_AFTER = 250
/** Within this time a second press is the same double click: a run is billed. */
const PRESS = 700
/** Most runs of one press; Go would take a few more. */
export const MOST_AT_ONCE = 10

class Composer {
  models = $state.raw<Model[]>([])
  modelsFault = $state.raw<Fault | undefined>(undefined)
  modelId = $state('')
  /** Everything ever set, also for other models' fields: switching back finds it again. */
  params = $state.raw<Params>({})
  /** By slot; see slotOf. */
  held = $state.raw<Record<string, Picture>>({})
  /** How many runs one press begins; each is billed. */
  count = $state(1)
  /** By field name. */
  errors = $state.raw<Record<string, Fault>>({})
  /** Why the last press came to nothing, when no field is to blame. */
  fault = $state.raw<Fault | undefined>(undefined)
  note = $state.raw<Note | undefined>(undefined)
  generating = $state(false)

  /** Pictures on their way, by slot. */
  #arrivals = new Arrivals()
  /** Tickets of what was dropped and is being read, by the number of the drop. */
  #drops = new Map<number, number>()
  #choosing = false
  #quote = new Quote()
  #beginning = new Beginning()
  #saveTimer: ReturnType<typeof setTimeout> | undefined
  #loading: Promise<void> | undefined
  #service = ''

  model = $derived(this.models.find((m) => m.id === this.modelId) ?? this.models[0])
  missing = $derived(this.model ? missingOf(this.model, this.params, this.held) : undefined)
  /** A picture is on its way: what would be sent now is not what the person asked for last. */
  waiting = $derived(this.#arrivals.any)
  canGenerate = $derived(this.model !== undefined && this.missing === undefined && !this.waiting)
  /** By field name: a picture is on its way there. */
  fetching = $derived.by(() => {
    const found: Record<string, boolean> = {}
    for (const field of this.model?.fields.filter(takesPicture) ?? []) if (this.#arrivals.at(slotOf(this.model!, field))) found[field.name] = true
    return found
  })
  prompt = $derived.by(() => {
    const field = promptOf(this.model)
    return field ? String(valueOf(field, this.params) ?? '') : ''
  })
  /** Field name -> picture, for the fields of the chosen model. */
  pictures = $derived.by(() => {
    const found: Record<string, Picture> = {}
    for (const field of this.model?.fields.filter(takesPicture) ?? []) {
      const picture = this.held[slotOf(this.model!, field)]
      if (picture) found[field.name] = picture
    }
    return found
  })
  /** The service's own price for this form; null when it gave none. */
  price = $derived(this.#quote.price)
  /** The price shown belongs to the form as it was a moment ago. */
  quoting = $derived(this.#quote.asking)
  /** The quote, else the model's list price, else nothing. */
  shownPrice = $derived.by<Price | null>(() => {
    const listed = this.model?.basePrice ?? undefined
    return this.price ?? (listed === undefined ? null : { amount: listed, source: 'catalog' })
  })
  /** What one press costs. */
  sum = $derived<Price | null>(this.shownPrice && { ...this.shownPrice, amount: this.shownPrice.amount * this.count })

  /** Restores the draft, listens for dropped pictures; returns the function that stops. */
  start(): () => void {
    const stops = [
      runs.start(),
      host.on('dropping', ({ drop, over }) => {
        if (!over) this.#drops.set(drop, this.#arrivals.begin(FIRST))
        else this.#arrivals.end(this.#dropped(drop))
      }),
      host.on('picture', ({ drop, ...picture }) => {
        router.go('create')
        const ticket = this.#dropped(drop)
        if (picture.width === 0) void this.#bring(FIRST, async () => picture, (p) => this.#place(p), ticket)
        else if (this.#arrivals.take(ticket)) this.#place(picture)
      }),
      host.on('address', (address) => {
        router.go('create')
        void this.fetchPicture(() => host.addPictureFromUrl(address))
      }),
      host.on('session', (s) => {
        // What refused the last press may have been mended in the settings.
        if (this.fault?.rule === 'budget' || this.fault?.code === 'key') this.fault = undefined
        if (s.service !== this.#service || this.models.length === 0) void this.load()
        else this.#requote(true)
        this.#service = s.service
      }),
      host.on('connection', (c) => {
        if (c.online && this.price?.source !== 'quote') this.#requote(true)
      }),
    ]
    void this.#restore()
    return () => {
      this.#quote.stop()
      stops.forEach((stop) => stop())
    }
  }

  load(): Promise<void> {
    this.#loading ??= host.models()
      .then((models) => this.#takeModels(models), (reason) => { this.modelsFault = toFault(reason) })
      .finally(() => (this.#loading = undefined))
    return this.#loading
  }

  /** Asks the service's catalogue; rejects with the fault when it can't be reached. */
  async refresh(): Promise<void> {
    this.#takeModels(await host.refreshModels())
  }

  choose(id: string): void {
    this.note = undefined
    this.#switch(id)
  }

  /** Sets a field; `undefined` gives it back to its default. */
  set(name: string, value: unknown): void {
    this.params = { ...this.params, [name]: value }
    this.#forget(name)
    this.#changed()
  }

  value = (field: Field): unknown => valueOf(field, this.params)

  setPrompt(text: string): void {
    if (!text) this.#beginning.set(undefined)
    this.set(promptOf(this.model)?.name ?? 'prompt', text)
  }

  /** The person's own doing: no picture that was asked for earlier replaces it. */
  setPicture(field: Field, picture: Picture | undefined): void {
    if (!this.model) return
    this.#arrivals.settle(slotOf(this.model, field))
    this.#hold(slotOf(this.model, field), picture)
  }

  /** Opens the file dialog, one at a time, for the field; without one it is the first frame. */
  async choosePicture(field?: Field): Promise<void> {
    if (this.#choosing) return
    this.#choosing = true
    try {
      await this.fetchPicture(() => host.choosePicture(), field)
    } finally {
      this.#choosing = false
    }
  }

  /**
   * Puts what `ask` brings into the field; without a field it is the first frame, if need be of a sibling model. Of
   * several asked for one place the last wins. What Go can't open is converted on the way, whether it was dropped,
   * chosen, pasted or fetched.
   */
  async fetchPicture(ask: () => Promise<Picture | null>, field?: Field): Promise<void> {
    if (!field || !this.model) return this.#bring(FIRST, ask, (p) => this.#place(p))
    const slot = slotOf(this.model, field)
    return this.#bring(slot, ask, (p) => this.#hold(slot, p))
  }

  /** `ticket`: what was taken when the person asked, if that was earlier. */
  async #bring(slot: string, ask: () => Promise<Picture | null>, put: (picture: Picture) => void, ticket = this.#arrivals.begin(slot)): Promise<void> {
    this.#forget(this.#fieldAt(slot)?.name ?? '')
    try {
      const brought = await ask()
      const picture = brought && (await opened(brought))
      if (picture && this.#arrivals.take(ticket)) put(picture)
    } catch (reason) {
      if (this.#arrivals.wants(ticket)) this.#explain(slot, toFault(reason))
    } finally {
      this.#arrivals.end(ticket)
    }
  }

  /** Why a picture didn't come, where it was to be. */
  #explain(slot: string, fault: Fault): void {
    const field = this.#fieldAt(slot)
    if (field) this.errors = { ...this.errors, [field.name]: fault }
    else this.fault = fault
  }

  #fieldAt = (slot: string): Field | undefined => this.model?.fields.find((f) => takesPicture(f) && slotOf(this.model!, f) === slot)

  #dropped(drop = 0): number {
    const ticket = this.#drops.get(drop) ?? this.#arrivals.begin(FIRST)
    this.#drops.delete(drop)
    return ticket
  }

  #hold(slot: string, picture: Picture | undefined): void {
    const { [slot]: _old, ...rest } = this.held
    this.held = picture ? { ...rest, [slot]: picture } : rest
    if (slot === FIRST) runs.showing = ''
    const field = this.#fieldAt(slot)
    if (field) this.#forget(field.name)
    this.#changed()
  }

  /** One press, `count` runs; the next press begins one again. The first of them; undefined when something is missing or the run was refused; the form then says what. */
  async generate(): Promise<Generation | undefined> {
    if (this.generating || !this.model) return undefined
    this.fault = undefined
    if (!this.canGenerate) {
      this.#blame()
      return undefined
    }
    this.generating = true
    const pressed = Date.now()
    try {
      const request = this.#beginning.told($state.snapshot(requestOf(this.model, this.params, this.held)) as Request)
      const begun = this.count > 1 ? await host.generateMany(request, this.count) : [await host.generate(request)]
      for (const run of begun) runs.add(run)
      this.count = 1
      setTimeout(() => (this.generating = false), Math.max(0, PRESS - (Date.now() - pressed)))
      return begun[0]
    } catch (reason) {
      this.generating = false
      this.#refuse(toFault(reason))
      return undefined
    }
  }

  /** Fills the form as a past run was: its model, all parameters, its pictures from the shelf. */
  async use(request: Request): Promise<void> {
    router.go('create')
    if (this.models.length === 0) await this.load()
    const known = this.models.some((m) => m.id === request.model)
    this.note = known ? undefined : { kind: 'model_gone', name: request.model }
    this.errors = {}
    this.fault = undefined
    if (known) this.modelId = request.model
    this.params = { ...request.params }
    this.held = {}
    this.#arrivals.settle()
    this.#beginning.set(request.origin)
    runs.showing = ''
    this.#changed()
    await Promise.all(fieldsOf(this.model, Object.keys(request.pictures ?? {})).map(([field, name]) =>
      this.fetchPicture(() => host.picture(request.pictures![name]!), field)))
  }

  /** Begins from this picture. The words are for a form that has none yet: nothing that a person wrote is replaced. */
  usePicture(picture: Picture, prompt?: string, origin?: Origin): void {
    this.#arrivals.settle(FIRST)
    this.#begin(picture, prompt, origin)
    router.go('create')
  }

  /** As usePicture, with a picture that takes a while; rejects when it can't be had. */
  async bringPicture(ask: () => Promise<Picture>, prompt?: string, origin?: Origin): Promise<void> {
    const ticket = this.#arrivals.begin(FIRST)
    try {
      const picture = await ask()
      if (!this.#arrivals.take(ticket)) return
      this.#begin(picture, prompt, origin)
      router.go('create')
    } finally {
      this.#arrivals.end(ticket)
    }
  }

  #begin(picture: Picture, prompt?: string, origin?: Origin): void {
    this.#beginning.set(origin, picture)
    if (prompt !== undefined && this.prompt.trim() === '') this.set(promptOf(this.model)?.name ?? 'prompt', prompt)
    this.#place(picture)
  }

  #place(picture: Picture): void {
    const from = this.model
    if (from && !firstFrameOf(from)) {
      const sibling = siblingWithPicture(this.models, from)
      if (sibling) this.#switch(sibling.id)
      this.note = sibling ? { kind: 'switched', name: sibling.name } : { kind: 'no_picture_model', name: from.name }
    }
    this.#hold(FIRST, picture)
  }

  #switch(id: string): void {
    this.modelId = id
    this.errors = {}
    this.fault = undefined
    this.#changed()
  }

  /** Says at the field what is missing. */
  #blame(): void {
    const fault = this.missing && faultOfMissing(this.missing)
    if (fault) this.errors = { ...this.errors, [this.missing!.field.name]: fault }
  }

  /** Puts a refusal where it belongs: at its field, else above the button. */
  #refuse(fault: Fault): void {
    const field = this.model && blamed(fault, this.model, this.pictures)
    if (field && !field.hidden) this.errors = { ...this.errors, [field.name]: fault }
    else this.fault = fault
  }

  #forget(name: string): void {
    if (!(name in this.errors)) return
    const { [name]: _old, ...rest } = this.errors
    this.errors = rest
  }

  #takeModels(models: Model[]): void {
    this.models = models ?? []
    this.modelsFault = undefined
    this.#requote(true)
  }

  #changed(): void {
    this.#requote()
    clearTimeout(this.#saveTimer)
    this.#saveTimer = setTimeout(() => this.#save(), SAVE_AFTER)
  }

  #save(): void {
    writeDraft({
      model: this.modelId, params: this.params,
      pictures: Object.fromEntries(Object.entries(this.held).map(([slot, p]) => [slot, p.id])),
    })
  }

  async #restore(): Promise<void> {
    const draft = readDraft()
    if (draft) {
      this.modelId = draft.model
      this.params = draft.params
    }
    // Asked for before anything that a person does meanwhile. One that has left the shelf since is simply not there any more.
    const asked = Object.entries(draft?.pictures ?? {}).map(([slot, id]) => ({ slot, id, ticket: this.#arrivals.begin(slot) }))
    await this.load()
    await Promise.all(asked.map(async ({ slot, id, ticket }) => {
      const picture = await host.picture(id).catch(() => undefined)
      if (picture && this.#arrivals.take(ticket)) this.held = { ...this.held, [slot]: picture }
      this.#arrivals.end(ticket)
    }))
    this.#requote()
  }

  #requote(again = false): void {
    if (this.model) this.#quote.ask(requestOf(this.model, this.params, this.held), promptOf(this.model)?.name ?? '', again)
  }
}

export const composer = new Composer()
