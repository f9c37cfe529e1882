import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Model, Picture, Price } from '../api'
import { createMemoryHost, fault, type MemoryHost } from '../api/memory'

let host: MemoryHost
vi.mock('../api', async () => ({
  host: new Proxy({}, { get: (_, name) => (host as unknown as Record<string | symbol, unknown>)[name] }),
  toFault: (await import('../api/wails')).toFault,
}))

async function fresh() {
  vi.resetModules()
  const { composer } = await import('./composer.svelte')
  const { router } = await import('./router.svelte')
  const { runs } = await import('./runs.svelte')
  const stop = composer.start()
  await vi.advanceTimersByTimeAsync(1)
  return { composer, router, runs, stop }
}
const picture = (id: string, rest: Partial<Picture> = {}): Picture =>
  ({ id, name: `${id}.jpg`, type: 'image/jpeg', width: 1280, height: 720, bytes: 1, problems: null, ...rest })

beforeEach(() => {
  vi.useFakeTimers()
  localStorage.clear()
  host = createMemoryHost({ session: { demo: true, ready: true } })
  return () => vi.useRealTimers()
})

describe('generating', () => {
  it('sends one run for a double press', async () => {
    const { composer } = await fresh()
    const generate = vi.spyOn(host, 'generate')
    composer.setPrompt('a heron')
    void composer.generate()
    void composer.generate()
    await vi.advanceTimersByTimeAsync(200)
    void composer.generate()
    expect(generate).toHaveBeenCalledTimes(1)
    await vi.advanceTimersByTimeAsync(1000)
    await composer.generate()
    expect(generate).toHaveBeenCalledTimes(2)
    expect(generate.mock.calls[0]![0]).toEqual({
      model: 'minimax/hailuo-02/standard', params: { prompt: 'a heron', duration: 6, enable_prompt_expansion: true }, pictures: {},
    })
  })

  it('sends as many as were asked for, the sum first, and one the next time', async () => {
    const { composer, runs } = await fresh()
    const [one, many] = [vi.spyOn(host, 'generate'), vi.spyOn(host, 'generateMany')]
    composer.setPrompt('a heron')
    composer.count = 4
    await vi.advanceTimersByTimeAsync(1000)
    expect(composer.sum).toEqual({ amount: 920_000, source: 'quote' })
    void composer.generate()
    await composer.generate()
    await vi.advanceTimersByTimeAsync(1000)
    expect(many).toHaveBeenCalledTimes(1)
    expect(many.mock.calls[0]![1]).toBe(4)
    expect(runs.list).toHaveLength(4)
    expect(composer.count).toBe(1)
    await composer.generate()
    expect(one).toHaveBeenCalledTimes(1)
  })

  it('keeps the number when the runs are refused', async () => {
    const { composer } = await fresh()
    composer.setPrompt('a heron')
    composer.count = 3
    host.failNext('generateMany', fault('budget', 'budget', { spent: '$9.80', limit: '$10.00' }))
    expect(await composer.generate()).toBeUndefined()
    expect(composer.fault?.rule).toBe('budget')
    expect(composer.count).toBe(3)
    host.emit('session', await host.session())
    expect(composer.fault).toBeUndefined()
  })

  it('says what is missing instead of sending', async () => {
    const { composer } = await fresh()
    const generate = vi.spyOn(host, 'generate')
    composer.setPrompt('   ')
    await composer.generate()
    expect(composer.errors.prompt?.rule).toBe('prompt_empty')
    composer.setPrompt('𠮷'.repeat(2000))
    expect(composer.canGenerate).toBe(true)
    composer.setPrompt('𠮷'.repeat(2001))
    expect(composer.canGenerate).toBe(false)
    composer.setPrompt('a heron')
    composer.choose('minimax/hailuo-02/i2v-standard')
    expect(composer.missing?.kind).toBe('picture')
    await composer.generate()
    expect(composer.errors.image?.rule).toBe('create_picture_needed')
    expect(generate).not.toHaveBeenCalled()
  })

  it('puts a refusal at its field, else above the button', async () => {
    const { composer } = await fresh()
    composer.setPrompt('a heron')
    host.failNext('generate', fault('invalid', 'param_not_allowed', { name: 'duration', value: 7, allowed: '6, 10' }))
    await composer.generate()
    expect(composer.errors.duration?.rule).toBe('param_not_allowed')
    host.failNext('generate', fault('balance', 'balance'))
    await composer.generate()
    expect(composer.fault?.rule).toBe('balance')
    expect(composer.generating).toBe(false)
  })

  it('follows its runs, also when an event comes before the answer, and shows what came out', async () => {
    const { composer, runs } = await fresh()
    composer.setPrompt('a heron')
    const generation = (await composer.generate())!
    host.emit('generation', { ...generation, version: 9, state: 'done', videos: ['video-1'] })
    host.emit('generation', { ...generation, version: 8, state: 'processing' })
    expect(runs.list).toMatchObject([{ state: 'done' }])
    expect(runs.showing).toBe('video-1')
  })
})

describe('the price', () => {
  it('is asked for once after the last change', async () => {
    const quote = vi.spyOn(host, 'quote')
    const { composer } = await fresh()
    await vi.advanceTimersByTimeAsync(500)
    quote.mockClear()
    composer.set('duration', 10)
    composer.set('enable_prompt_expansion', false)
    await vi.advanceTimersByTimeAsync(399)
    expect(quote).not.toHaveBeenCalled()
    expect(composer.price?.amount).toBe(230_000)
    expect(composer.quoting).toBe(true)
    await vi.advanceTimersByTimeAsync(2)
    expect(quote).toHaveBeenCalledTimes(1)
    expect(composer.price?.amount).toBe(560_000)
    composer.setPrompt('the words cost nothing')
    await vi.advanceTimersByTimeAsync(500)
    expect(quote).toHaveBeenCalledTimes(1)
  })

  it('ignores an answer to an older question', async () => {
    const answers: ((p: Price) => void)[] = []
    host.quote = () => new Promise((resolve) => answers.push(resolve))
    const { composer } = await fresh()
    await vi.advanceTimersByTimeAsync(500)
    composer.set('duration', 10)
    await vi.advanceTimersByTimeAsync(500)
    answers[1]!({ amount: 2, source: 'quote' })
    await vi.advanceTimersByTimeAsync(0)
    answers[0]!({ amount: 1, source: 'quote' })
    await vi.advanceTimersByTimeAsync(0)
    expect(composer.price?.amount).toBe(2)
  })

  it('falls back to the list price, and to none', async () => {
    host.quote = async () => null
    const { composer } = await fresh()
    await vi.advanceTimersByTimeAsync(500)
    expect(composer.shownPrice).toEqual({ amount: 230_000, source: 'catalog' })
    const { basePrice: _none, ...model } = composer.model!
    composer.models = [model as Model]
    expect(composer.shownPrice).toBeNull()
  })
})

describe('models and pictures', () => {
  it('keeps what two models share, and finds the rest again', async () => {
    const { composer } = await fresh()
    composer.set('duration', 10)
    composer.setPrompt('koi')
    composer.setPicture(composer.model!.fields.find((f) => f.name === 'image')!, picture('p'))
    composer.choose('minimax/hailuo-02/pro')
    expect(composer.prompt).toBe('koi')
    expect(composer.pictures.image?.id).toBe('p')
    composer.choose('minimax/hailuo-02/t2v-standard')
    expect(composer.pictures).toEqual({})
    composer.choose('minimax/hailuo-02/standard')
    expect(composer.value(composer.model!.fields.find((f) => f.name === 'duration')!)).toBe(10)
    expect(composer.pictures.image?.id).toBe('p')
  })

  it('takes a dropped picture to a sibling that wants one, and says so', async () => {
    const { composer, router } = await fresh()
    composer.choose('minimax/hailuo-02/t2v-standard')
    router.go('gallery')
    host.emit('picture', picture('dropped'))
    expect(router.view).toBe('create')
    expect(composer.model?.id).toBe('minimax/hailuo-02/standard')
    expect(composer.note).toEqual({ kind: 'switched', name: 'Hailuo 02 Standard' })
    expect(composer.pictures.image?.id).toBe('dropped')
  })

  it('fills the form from a past run, and says when its picture is gone', async () => {
    const { composer } = await fresh()
    const kept = await host.addPicture('kept', 'AAAA')
    const request = {
      model: 'minimax/hailuo-02/i2v-standard', params: { prompt: 'koi', duration: 10, enable_prompt_expansion: false },
      pictures: { image: kept.id, end_image: 'lost' },
    }
    await composer.use(request)
    expect(composer.model?.id).toBe(request.model)
    expect(composer.pictures).toMatchObject({ image: { id: kept.id } })
    expect(composer.errors.end_image?.rule).toBe('picture_gone')
    const generate = vi.spyOn(host, 'generate')
    await composer.generate()
    expect(generate).toHaveBeenCalledWith({ ...request, pictures: { image: kept.id } })
    await composer.use({ model: 'gone/model', params: { prompt: 'x' } })
    expect(composer.note?.kind).toBe('model_gone')
    expect(composer.prompt).toBe('x')
  })

  it('begins from a frame of a video', async () => {
    const { composer } = await fresh()
    composer.usePicture(picture('frame'), 'and then it lands')
    expect(composer.pictures.image?.id).toBe('frame')
    expect(composer.prompt).toBe('and then it lands')
  })

  it('tells what a run came from, as long as it does', async () => {
    const { composer } = await fresh()
    const generate = vi.spyOn(host, 'generate')
    const told = async () => {
      await composer.generate()
      composer.generating = false // not to wait for the next press
      return generate.mock.lastCall![0].origin
    }
    const frame = { kind: 'last_frame', video: 'v1' } as const
    composer.usePicture(picture('frame'), 'and then it lands', frame)
    expect(await told()).toEqual(frame)
    composer.usePicture(picture('other'))
    expect(await told()).toBeUndefined()
    composer.usePicture(picture('frame'), 'again', frame)
    composer.setPicture(composer.model!.fields.find((f) => f.name === 'image')!, picture('mine'))
    expect(await told()).toBeUndefined()
    await composer.use({ model: 'minimax/hailuo-02/t2v-standard', params: { prompt: 'koi' }, origin: { kind: 'variation', video: 'v2' } })
    composer.setPrompt('koi at night')
    expect(await told()).toEqual({ kind: 'variation', video: 'v2' })
    composer.setPrompt('')
    composer.setPrompt('something else')
    expect(await told()).toBeUndefined()
  })

  it('keeps the words that a person typed when a frame of a video comes', async () => {
    const { composer } = await fresh()
    composer.setPrompt('mine')
    composer.usePicture(picture('frame'), 'and then it lands')
    expect(composer.prompt).toBe('mine')
    await composer.bringPicture(async () => picture('later'), 'and then it dives', { kind: 'last_frame', video: 'v1' })
    expect(composer.prompt).toBe('mine')
    expect(composer.pictures.image?.id).toBe('later')
  })

  it('says why a picture did not come', async () => {
    const { composer } = await fresh()
    await composer.fetchPicture(async () => { throw fault('picture', 'picture_empty') })
    expect(composer.errors.image?.rule).toBe('picture_empty')
    expect(composer.fetching).toEqual({})
  })

  it('does not send a picture that breaks a rule', async () => {
    const { composer } = await fresh()
    composer.setPrompt('koi')
    composer.usePicture(picture('wide', { problems: [{ rule: 'picture_ratio', args: {}, fix: 'crop' }] }))
    expect(composer.missing?.kind).toBe('problem')
    expect(composer.canGenerate).toBe(false)
  })
})

it('finds the draft again after a restart', async () => {
  const first = await fresh()
  const kept = await host.addPicture('kept', 'AAAA')
  first.composer.choose('minimax/hailuo-02/i2v-standard')
  first.composer.setPrompt('koi')
  first.composer.usePicture(kept)
  await vi.advanceTimersByTimeAsync(500)
  first.stop()
  const second = await fresh()
  await vi.advanceTimersByTimeAsync(1)
  expect(second.composer.model?.id).toBe('minimax/hailuo-02/i2v-standard')
  expect(second.composer.prompt).toBe('koi')
  expect(second.composer.pictures.image?.id).toBe(kept.id)
})

describe('of several pictures asked for', () => {
  type Composer = Awaited<ReturnType<typeof fresh>>['composer']
  /** Questions that are answered in any order. */
  function asked() {
    const answers: { come: (p: Picture | null) => Promise<void>; fail: (reason: unknown) => Promise<void> }[] = []
    const settled = async (settle: () => void) => { settle(); await vi.advanceTimersByTimeAsync(1) }
    const ask = () => new Promise<Picture | null>((resolve, reject) => answers.push({
      come: (p) => settled(() => resolve(p)), fail: (reason) => settled(() => reject(reason as Error)),
    }))
    return { answers, ask }
  }
  const fieldOf = (c: Composer, role: string) => c.model!.fields.find((f) => f.role === role)!

  for (const [order, first, second] of [['in order', 0, 1], ['the last first', 1, 0]] as const) {
    it(`the last wins, answered ${order}, and nothing is sent before`, async () => {
      const { composer } = await fresh()
      const generate = vi.spyOn(host, 'generate')
      composer.setPrompt('koi')
      const { answers, ask } = asked()
      void composer.fetchPicture(ask)
      void composer.fetchPicture(ask, fieldOf(composer, 'first_frame'))
      expect(composer.fetching).toEqual({ image: true })
      expect(await composer.generate()).toBeUndefined()
      await answers[first]!.come(picture(String(first)))
      expect(composer.canGenerate).toBe(first === 1)
      await answers[second]!.come(picture(String(second)))
      expect(composer.pictures.image?.id).toBe('1')
      expect(composer.canGenerate).toBe(true)
      expect(generate).not.toHaveBeenCalled()
    })
  }

  it('one that a person thought better of leaves the one before on its way', async () => {
    const { composer } = await fresh()
    const { answers, ask } = asked()
    void composer.fetchPicture(ask)
    void composer.fetchPicture(ask)
    await answers[1]!.come(null)
    expect(composer.waiting).toBe(true)
    await answers[0]!.come(picture('slow'))
    expect(composer.pictures.image?.id).toBe('slow')
    expect(composer.waiting).toBe(false)
  })

  it('an older one that fails after a newer came is no news', async () => {
    const { composer } = await fresh()
    const { answers, ask } = asked()
    void composer.fetchPicture(ask)
    void composer.fetchPicture(ask)
    await answers[1]!.come(picture('new'))
    await answers[0]!.fail(fault('picture', 'picture_broken'))
    expect(composer.errors).toEqual({})
    expect(composer.pictures.image?.id).toBe('new')
  })

  it('“Use again” twice gives the second run whole', async () => {
    const { composer } = await fresh()
    const [a, b] = [await host.addPicture('a', 'AAAA'), await host.addPicture('b', 'BBBB')]
    const { answers, ask } = asked()
    const wanted: string[] = []
    host.picture = (id) => { wanted.push(id); return ask() as Promise<Picture> }
    const model = 'minimax/hailuo-02/i2v-standard'
    void composer.use({ model, params: { prompt: 'words of a' }, pictures: { image: a.id, end_image: a.id } })
    void composer.use({ model, params: { prompt: 'words of b' }, pictures: { image: b.id } })
    await vi.advanceTimersByTimeAsync(1)
    expect(wanted).toEqual([a.id, a.id, b.id])
    await answers[2]!.come(b)
    await answers[0]!.come(a)
    await answers[1]!.come(a)
    expect(composer.prompt).toBe('words of b')
    expect(composer.pictures).toEqual({ image: b })
    const generate = vi.spyOn(host, 'generate')
    await composer.generate()
    expect(generate.mock.lastCall![0].pictures).toEqual({ image: b.id })
  })

  it('a run without a picture leaves no place for one that comes late', async () => {
    const { composer } = await fresh()
    const { answers, ask } = asked()
    void composer.fetchPicture(ask)
    await composer.use({ model: 'minimax/hailuo-02/standard', params: { prompt: 'words alone' } })
    expect(composer.waiting).toBe(false)
    await answers[0]!.come(picture('late'))
    expect(composer.pictures).toEqual({})
  })

  it('a crop under way gives way to another picture, and takes the place of an older one', async () => {
    const { composer } = await fresh()
    const image = fieldOf(composer, 'first_frame')
    composer.setPicture(image, picture('wide'))
    const { answers, ask } = asked()
    void composer.fetchPicture(ask, image) // the crop
    host.emit('picture', picture('dropped'))
    await vi.advanceTimersByTimeAsync(1)
    await answers[0]!.come(picture('cropped'))
    expect(composer.pictures.image?.id).toBe('dropped')
    void composer.fetchPicture(ask, image) // a slow download
    void composer.fetchPicture(ask, image) // a crop of what shows
    await answers[2]!.come(picture('cropped'))
    await answers[1]!.come(picture('downloaded'))
    expect(composer.pictures.image?.id).toBe('cropped')
  })

  it('each place has its own', async () => {
    const { composer } = await fresh()
    composer.choose('minimax/hailuo-02/i2v-standard')
    const { answers, ask } = asked()
    void composer.fetchPicture(ask, fieldOf(composer, 'last_frame'))
    void composer.fetchPicture(ask, fieldOf(composer, 'first_frame'))
    await answers[1]!.come(picture('first'))
    expect(composer.canGenerate).toBe(false)
    await answers[0]!.come(picture('last'))
    expect(composer.pictures).toMatchObject({ image: { id: 'first' }, end_image: { id: 'last' } })
  })

  it('a last frame stays one when the model changes meanwhile', async () => {
    const { composer } = await fresh()
    composer.choose('minimax/hailuo-02/i2v-standard')
    const { answers, ask } = asked()
    void composer.fetchPicture(ask, fieldOf(composer, 'last_frame'))
    composer.choose('minimax/hailuo-02/t2v-standard')
    await answers[0]!.come(picture('last'))
    expect(composer.model?.id).toBe('minimax/hailuo-02/t2v-standard')
    composer.choose('minimax/hailuo-02/i2v-standard')
    expect(composer.pictures).toMatchObject({ end_image: { id: 'last' } })
    expect(composer.pictures.image).toBeUndefined()
  })

  it('what is removed or chosen meanwhile stays so', async () => {
    const { composer } = await fresh()
    const image = fieldOf(composer, 'first_frame')
    const { answers, ask } = asked()
    void composer.fetchPicture(ask, image)
    composer.setPicture(image, undefined)
    await answers[0]!.come(picture('late'))
    expect(composer.pictures).toEqual({})
    void composer.bringPicture(ask as () => Promise<Picture>)
    composer.usePicture(picture('chosen'))
    await answers[1]!.come(picture('frame'))
    expect(composer.pictures.image?.id).toBe('chosen')
  })

  it('drops are told as they begin, so that Generate waits for them and the last wins', async () => {
    const { composer } = await fresh()
    composer.setPrompt('koi')
    host.emit('dropping', { drop: 1, over: false })
    host.emit('dropping', { drop: 2, over: false })
    expect(composer.canGenerate).toBe(false)
    host.emit('picture', { ...picture('second'), drop: 2 })
    await vi.advanceTimersByTimeAsync(1)
    host.emit('picture', { ...picture('first'), drop: 1 })
    await vi.advanceTimersByTimeAsync(1)
    expect(composer.pictures.image).toEqual(picture('second'))
    expect(composer.canGenerate).toBe(true)
    host.emit('dropping', { drop: 3, over: false })
    host.emit('dropping', { drop: 3, over: true })
    expect(composer.canGenerate).toBe(true)
  })

  it('the draft’s are older than whatever is done while they are read', async () => {
    const kept = await host.addPicture('kept', 'AAAA')
    localStorage.setItem('conch.draft', JSON.stringify({ model: 'minimax/hailuo-02/standard', params: {}, pictures: { first_frame: kept.id } }))
    const { answers, ask } = asked()
    const own = host.picture
    host.picture = ask as () => Promise<Picture>
    const { composer } = await fresh()
    host.picture = own
    expect(composer.canGenerate).toBe(false)
    await composer.use({ model: 'minimax/hailuo-02/standard', params: { prompt: 'words alone' } })
    await answers[0]!.come(kept)
    expect(composer.pictures).toEqual({})
  })

  it('the file dialog opens once', async () => {
    const { composer } = await fresh()
    const { answers, ask } = asked()
    const choose = vi.spyOn(host, 'choosePicture').mockImplementation(ask)
    void composer.choosePicture()
    void composer.choosePicture()
    expect(choose).toHaveBeenCalledTimes(1)
    await answers[0]!.come(picture('chosen'))
    expect(composer.pictures.image?.id).toBe('chosen')
  })
})
