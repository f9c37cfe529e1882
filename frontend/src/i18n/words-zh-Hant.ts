import { joined } from './words'

export default joined(import.meta.glob(['../../messages/zh-Hant/*.json', '!../../messages/zh-Hant/{spending,crop,marking,camera,queue,player,settings,statistics,collections,stacks,export,help,import}.json'], { eager: true, import: 'default' }))
