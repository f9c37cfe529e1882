/** Records for tests, each with no more than what the test speaks of. */
import type { Generation, Video } from '../api'

export const generation = (id: string, rest: Partial<Generation> = {}): Generation => ({
  id, version: 1, service: 'demo', state: 'waiting', createdAt: 1000,
  request: { model: 'minimax/hailuo-02/standard', params: { prompt: `prompt of ${id}` } }, ...rest,
})

export const video = (id: string, createdAt: number, rest: Partial<Video> = {}): Video => ({
  id, version: 1, service: 'demo', name: id, path: `/videos/${id}.mp4`, prompt: `prompt of ${id}`, model: 'minimax/hailuo-02/standard',
  width: 1366, height: 768, duration: 6000, frameRate: 25, bytes: 1_200_000, favourite: false, rating: 0, label: '', notes: '', tags: [], hasPoster: true, createdAt, ...rest,
})
