import { describe, expect, it } from 'vitest'
import type { Field, Model } from '../api'
import { models } from '../api/memory-data'
import shipped from './testdata/models.json'
import { blamed, codePoints, faultOfMissing, fits, missingOf, promptOf, requestOf, siblingWithPicture, slotOf, takesPicture, valueOf } from './models'

const field = (name: string, rest: Partial<Field> = {}): Field =>
  ({ name, type: 'string', title: name, description: '', required: false, hidden: false, role: '', ...rest })
const model = (fields: Field[], rest: Partial<Model> = {}): Model => ({
  id: 'x/y', name: 'Y', family: 'F', profile: '', fields, cameraCommands: false, builtIn: true, takesPicture: false, needsPicture: false, ...rest,
})
const picture = { id: 'p', name: 'p', type: 'image/png', width: 9, height: 9, bytes: 1, problems: null }

describe('the form drawn from a schema', () => {
  it('counts as the service counts', () => {
    expect(codePoints('a𠮷👍')).toBe(3)
  })

  it('knows which values a field takes', () => {
    expect(fits(field('d', { type: 'integer', enum: [6, 10] }), 7)).toBe(false)
    expect(fits(field('d', { type: 'integer', minimum: 1, maximum: 3 }), 2)).toBe(true)
    expect(fits(field('d', { type: 'integer' }), 2.5)).toBe(false)
    expect(fits(field('d', { type: 'number' }), NaN)).toBe(false)
    expect(fits(field('d', { type: 'boolean' }), 'true')).toBe(false)
    expect(valueOf(field('d', { type: 'integer', enum: [6, 10], default: 6 }), { d: 7 })).toBe(6)
    expect(valueOf(field('d', { enum: ['a', 'b'], required: true }), {})).toBe('a')
  })

  it('sends what is shown and hides what is hidden', () => {
    const m = model([
      field('prompt', { role: 'prompt', required: true }), field('image', { role: 'first_frame' }), field('note'),
      field('secret', { hidden: true, default: 'x' }), field('needed', { hidden: true, required: true, default: 'y' }), field('tags', { type: 'array' }),
    ])
    expect(requestOf(m, { prompt: 'koi', note: '', tags: [], other: 1 }, { first_frame: picture })).toEqual({
      model: 'x/y', params: { prompt: 'koi', needed: 'y' }, pictures: { image: 'p' },
    })
  })

  it('names what is missing in the form’s order', () => {
    const m = model([field('prompt', { role: 'prompt', required: true, maxLength: 3 }), field('image', { role: 'first_frame', required: true }), field('style', { required: true })])
    expect(missingOf(m, { prompt: ' ' }, {})?.kind).toBe('prompt')
    expect(missingOf(m, { prompt: '👍👍👍👍' }, {})?.kind).toBe('prompt_long')
    expect(missingOf(m, { prompt: '👍👍👍' }, {})?.kind).toBe('picture')
    expect(missingOf(m, { prompt: 'a' }, { first_frame: picture })).toMatchObject({ kind: 'field', field: { name: 'style' } })
    expect(missingOf(m, { prompt: 'a', style: 'b' }, { first_frame: picture })).toBeUndefined()
  })

  it('keeps two pictures of one role apart', () => {
    const m = model([field('image', { role: 'first_frame' }), field('image_url', { role: 'first_frame' })])
    expect(m.fields.map((f) => slotOf(m, f))).toEqual(['first_frame', 'image_url'])
  })

  it('finds the sibling that begins from a picture', () => {
    const find = (id: string) => siblingWithPicture(models, models.find((m) => m.id === id)!)?.id
    expect(find('minimax/hailuo-02/t2v-standard')).toBe('minimax/hailuo-02/standard')
    const pro = { ...models[2]!, id: 'minimax/hailuo-02/t2v-pro' }
    expect(siblingWithPicture([...models, pro], pro)?.id).toBe('minimax/hailuo-02/pro')
    expect(siblingWithPicture(models, model([], { family: 'else' }))).toBeUndefined()
  })

  it('makes of every shipped model a request that Go’s catalogue and the service accept', async () => {
    const requests = (shipped as Model[]).map((m) => {
      const pictures = Object.fromEntries(m.fields.filter((f) => f.required && takesPicture(f)).map((f) => [slotOf(m, f), picture]))
      const params = { [promptOf(m)!.name]: 'a heron' }
      expect(missingOf(m, params, pictures), m.id).toBeUndefined()
      return requestOf(m, params, pictures)
    })
    // backend/catalog/shipped_test.go reads this file, validates each request and submits it.
    await expect(`${JSON.stringify(requests, null, 2)}\n`).toMatchFileSnapshot('./testdata/requests.json')
  })
})

describe('what is in the way', () => {
  it('is said at its field, unless the field says it by itself', () => {
    const f = field('style', { title: 'Style' })
    expect(faultOfMissing({ kind: 'prompt', field: f })?.rule).toBe('prompt_empty')
    expect(faultOfMissing({ kind: 'picture', field: f })?.rule).toBe('create_picture_needed')
    expect(faultOfMissing({ kind: 'field', field: f })).toMatchObject({ rule: 'param_missing', args: { name: 'Style' } })
    expect(faultOfMissing({ kind: 'prompt_long', field: f })).toBeUndefined()
    expect(faultOfMissing({ kind: 'problem', field: f })).toBeUndefined()
  })

  it('is blamed on the field a refusal speaks of', () => {
    const m = model([field('text', { role: 'prompt' }), field('image', { role: 'first_frame' }), field('end', { role: 'last_frame' }), field('duration')])
    const about = (rule: string, args = {}, pictures = {}) => blamed({ code: 'invalid', rule, args, message: '' }, m, pictures)?.name
    expect(about('prompt_too_long')).toBe('text')
    expect(about('param_not_allowed', { name: 'duration' })).toBe('duration')
    expect(about('param_unknown', { name: 'fps' })).toBeUndefined()
    expect(about('picture_ratio', {}, { end: picture })).toBe('end')
    expect(about('picture_gone')).toBeUndefined()
    expect(about('balance')).toBeUndefined()
  })
})
