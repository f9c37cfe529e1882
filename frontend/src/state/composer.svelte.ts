/** What the next video is made of: model, words, pictures, settings, its price, and the press of the button. */
import { host, toFault, type Fault, type Field, type Generation, type Model, type Origin, type Picture, type Price, type Request } from '../api'
import { opened } from './convert'
import { readDraft, writeDraft } from './draft'
import { Beginning } from './beginning'
import { blamed, faultOfMissing, firstFrameOf, missingOf, promptOf, requestOf, siblingWithPicture, slotOf, takesPicture, valueOf, type Params } from './models'
import { Quote } from './quote.svelte'
import { router } from './router.svelte'
import { runs } from './runs.svelte'

/** Something the form did on its own, said in a quiet line. */
export interface Note { kind: 'switched' | 'no_picture_model' | 'model_gone'; name: string }

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
  /** By field name: a picture is on its way to the shelf. */
  fetching = $state.raw<Record<string, boolean>>({})
  /** How many runs one press begins; each is billed. */
  count = $state(1)
  /** By field name. */
  errors = $state.raw<Record<string, Fault>>({})
  /** Why the last press came to nothing, when no field is to blame. */
  fault = $state.raw<Fault | undefined>(undefined)
  note = $state.raw<Note | undefined>(undefined)
  generating = $state(false)

  #quote = new Quote()
  #beginning = new Beginning()
  #saveTimer: ReturnType<typeof setTimeout> | undefined
  #loading: Promise<void> | undefined
  #service = ''

  model = $derived(this.models.find((m) => m.id === this.modelId) ?? this.models[0])
  missing = $derived(this.model ? missingOf(this.model, this.params, this.held) : undefined)
  canGenerate = $derived(this.model !== undefined && this.missing === undefined && Object.keys(this.fetching).length === 0)
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
      host.on('picture', (picture) => {
        router.go('create')
        if (picture.width > 0) this.#place(picture)
        else void this.#bring(firstFrameOf(this.model)?.name ?? 'image', async () => picture)
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

  setPicture(field: Field, picture: Picture | undefined): void {
    if (!this.model) return
    const { [slotOf(this.model, field)]: _old, ...rest } = this.held
    this.held = picture ? { ...rest, [slotOf(this.model, field)]: picture } : rest
    if (field.role === 'first_frame') runs.showing = ''
    this.#forget(field.name)
    this.#changed()
  }

  /**
   * Puts what `ask` brings into the field; without a field it is the first frame, if need be of a sibling model.
   * What Go can't open is converted on the way, whether it was dropped, chosen, pasted or fetched.
   */
  async fetchPicture(ask: () => Promise<Picture | null>, field?: Field): Promise<void> {
    const name = (field ?? firstFrameOf(this.model))?.name ?? 'image'
    if (!this.fetching[name]) await this.#bring(name, ask, field)
  }

  async #bring(name: string, ask: () => Promise<Picture | null>, field?: Field): Promise<void> {
    this.fetching = { ...this.fetching, [name]: true }
    this.#forget(name)
    try {
      const brought = await ask()
      const picture = brought && await opened(brought)
      if (picture && field && this.model?.fields.includes(field)) this.setPicture(field, picture)
      else if (picture) this.#place(picture)
    } catch (reason) {
      const fault = toFault(reason)
      if (this.model?.fields.some((f) => f.name === name)) this.errors = { ...this.errors, [name]: fault }
      else this.fault = fault
    } finally {
      const { [name]: _done, ...rest } = this.fetching
      this.fetching = rest
    }
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
    this.#beginning.set(request.origin)
    runs.showing = ''
    this.#changed()
    await Promise.all(Object.entries(request.pictures ?? {}).map(async ([name, id]) => {
      const field = this.model?.fields.find((f) => f.name === name) ?? firstFrameOf(this.model)
      if (field) await this.fetchPicture(() => host.picture(id), field)
    }))
  }

  /** Begins from this picture, with these words when given. */
  usePicture(picture: Picture, prompt?: string, origin?: Origin): void {
    this.#beginning.set(origin, picture)
    if (prompt !== undefined) this.setPrompt(prompt)
    this.#place(picture)
    router.go('create')
  }

  #place(picture: Picture): void {
    const from = this.model
    if (from && !firstFrameOf(from)) {
      const sibling = siblingWithPicture(this.models, from)
      if (sibling) this.#switch(sibling.id)
      this.note = sibling ? { kind: 'switched', name: sibling.name } : { kind: 'no_picture_model', name: from.name }
    }
    const field = firstFrameOf(this.model)
    if (field) this.setPicture(field, picture)
    else {
      this.held = { ...this.held, first_frame: picture }
      runs.showing = ''
    }
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
    await this.load()
    for (const [slot, id] of Object.entries(draft?.pictures ?? {})) {
      // A picture that has left the shelf since is simply not there any more.
      const picture = await host.picture(id).catch(() => undefined)
      if (picture && !this.held[slot]) this.held = { ...this.held, [slot]: picture }
    }
    this.#requote()
  }

  #requote(again = false): void {
    if (this.model) this.#quote.ask(requestOf(this.model, this.params, this.held), promptOf(this.model)?.name ?? '', again)
  }
}

export const composer = new Composer()
