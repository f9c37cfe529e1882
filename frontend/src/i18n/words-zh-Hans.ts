import { joined } from './words'

export default joined(import.meta.glob(['../../messages/zh-Hans/*.json', '!../../messages/zh-Hans/{spending,crop,marking,camera,queue,player,settings,statistics,collections,stacks,export,help,import}.json'], { eager: true, import: 'default' }))
