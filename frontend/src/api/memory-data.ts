/** Believable records for the in-memory host. */
import type { Field, Generation, Model, Outcome, State, Video } from './host'

const prompt: Field = {
  name: 'prompt', type: 'string', title: 'Prompt', description: 'What happens in the video.',
  maxLength: 2000, required: true, hidden: false, role: 'prompt',
}
const image: Field = {
  name: 'image', type: 'string', title: 'Image', description: 'The first frame of the video.',
  required: true, hidden: false, role: 'first_frame',
}
const endImage: Field = {
  name: 'end_image', type: 'string', title: 'End image', description: 'The last frame of the video.',
  required: false, hidden: false, role: 'last_frame',
}
const duration: Field = {
  name: 'duration', type: 'integer', title: 'Duration', description: 'The length of the video in seconds.',
  default: 6, enum: [6, 10], required: false, hidden: false, role: '',
}
const expand: Field = {
  name: 'enable_prompt_expansion', type: 'boolean', title: 'Prompt expansion',
  description: 'Lets the model enrich the prompt before it starts.', default: true, required: false, hidden: false, role: '',
}

const model = (id: string, name: string, fields: Field[], basePrice: number, rest: Partial<Model> = {}): Model => ({
  id, name, family: 'Hailuo 02', profile: 'hailuo', fields, basePrice, cameraCommands: true, builtIn: true,
  takesPicture: fields.some((f) => f.role === 'first_frame'),
  needsPicture: fields.some((f) => f.role === 'first_frame' && f.required), ...rest,
})

export const models: Model[] = [
  model('minimax/hailuo-02/standard', 'Hailuo 02 Standard', [prompt, { ...image, required: false }, endImage, duration, expand], 230_000),
  model('minimax/hailuo-02/i2v-standard', 'Hailuo 02 Image to Video', [prompt, image, endImage, duration, expand], 230_000),
  model('minimax/hailuo-02/t2v-standard', 'Hailuo 02 Text to Video', [prompt, duration, expand], 230_000),
  model('minimax/hailuo-02/pro', 'Hailuo 02 Pro', [prompt, { ...image, required: false }, expand], 480_000),
  model('minimax/hailuo-02/fast', 'Hailuo 02 Fast', [prompt, image, duration, expand], 100_000),
]

const prompts = [
  'A heron lifts off from a misty lake at dawn, wingtips touching the water, [Push in]',
  'Rain on a neon street in Taipei, a cyclist glides past, reflections rippling',
  '夕陽下的海浪拍打著礁石，海鷗飛過',
  'A paper boat drifts down a gutter in the rain, macro, shallow focus, [Tracking shot]',
  '雪夜的胡同，红灯笼轻轻摇晃，一只猫走过屋檐',
  'Time-lapse of a desert flower opening, soft side light',
  'An old lighthouse, storm clouds rolling in, waves breaking, [Pedestal up]',
  'Close-up of a potter’s hands shaping wet clay on a wheel',
  'Koi circle beneath fallen maple leaves, slow [Pan left]',
  '一位舞者在空曠的倉庫裡旋轉，塵埃在光束中飄浮',
  'A tram climbs a steep hill in Lisbon, laundry moving in the wind',
  'Glass marbles roll across a wooden table, caustics everywhere',
]

const DAY = 86_400_000

/** `count` videos, newest first, an even spread over the past weeks. */
export function sampleVideos(count: number, now: number): Video[] {
  return Array.from({ length: count }, (_, i) => {
    const text = prompts[i % prompts.length]!
    const id = `video-${String(count - i).padStart(4, '0')}`
    return {
      id, version: 1, generationId: `generation-${id}`, predictionId: `pred_${(0x9e3779b9 * (i + 1) >>> 0).toString(16)}`,
      service: 'demo', name: text.replace(/,? ?\[[^\]]*\]/g, '').split(/[,，]/)[0]!.slice(0, 48),
      path: `/home/you/Videos/Conch/2026-11/${id}.mp4`, prompt: text, model: models[i % 2]!.id,
      params: { prompt: text, duration: i % 3 === 2 ? 10 : 6, enable_prompt_expansion: i % 2 === 0 },
      width: i % 5 === 3 ? 768 : 1366, height: i % 5 === 3 ? 1024 : 768, duration: i % 3 === 2 ? 10_000 : 6_000, frameRate: 24,
      bytes: 2_400_000 + (i * 977_771) % 6_000_000, cost: 230_000, price: { amount: 230_000, source: 'quote' },
      favourite: i % 4 === 1, rating: i % 7 === 2 ? 5 : 0, label: i % 9 === 4 ? 'blue' : '', notes: '', tags: i % 5 === 0 ? ['water'] : [], hasPoster: true, createdAt: now - i * (DAY / 3) - 600_000,
    }
  })
}

/** A run in each state that stays, newest first. */
export function sampleRuns(now: number): Generation[] {
  const run = (state: State, i: number, rest: Partial<Generation> = {}): Generation => ({
    id: `run-${state}-${i}`, version: 1, service: 'https://api.atlascloud.ai', state, createdAt: now - i * 400_000, submittedAt: now - i * 400_000 + 4000, attempt: 1,
    request: { model: models[0]!.id, params: { prompt: prompts[i % prompts.length]!, duration: 6 } }, price: { amount: 230_000, source: 'quote' }, ...rest,
  })
  const trouble = (rule: string, code: string, args?: Record<string, string>) => ({ code, rule, message: '', args })
  const id = (i: number) => ({ predictionId: `pred_${(0x9e3779b9 * (i + 1) >>> 0).toString(16)}` })
  return [
    run('processing', 0, id(0)), run('downloading', 1, { ...id(1), fault: trouble('disk_full', 'not_kept', { folder: '/home/you/Videos/Conch' }) }),
    run('uncertain', 2), run('canceled', 3, { ...id(3), fault: trouble('given_up', 'canceled') }),
    run('failed', 4, { ...id(4), fault: trouble('run_vanished', 'run_failed') }), run('failed', 5, { ...id(5), fault: trouble('output_incomplete', 'not_kept') }),
    run('done', 6, { ...id(6), charged: 230_000, videos: ['video-0001'] }),
  ]
}

export const outcomes: Outcome[] = ['accepted', 'uncertain', 'given_up', 'done', 'failed', 'refused', 'not_sent', 'adopted', 'sending']
