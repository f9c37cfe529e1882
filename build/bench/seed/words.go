package seed

import "strings"

// language is what sentences are made of.
type language struct{ subjects, qualities, doings, places, lights, styles, shots []string }

func list(text string) []string { return strings.Split(strings.Join(strings.Fields(text), " "), "; ") }

var english = language{
	subjects: list(`cat; woman; city street; man; dog; girl; forest; robot; car; dragon; lighthouse; astronaut; boat; old tram; fox; samurai; dancer; horse; train;
		whale; wolf; market; castle; spaceship; child; bird; kite; paper boat; deer; musician; owl; river; violinist; knight; tiger; teapot; jellyfish; waterfall; clockmaker;
		bicycle; koi; hot air balloon; bear; fisherman; raven; skateboarder; butterfly; locomotive; baker; octopus; surfer; elephant; mechanic; peacock; windmill; diver;
		hummingbird; blacksmith; submarine; ballerina; glassblower; chameleon; snowplough; beekeeper; heron; carousel; puppeteer; zeppelin; cartographer; salamander;
		typewriter; cormorant; gondolier; pangolin; accordionist; axolotl; harpsichord; bioluminescent squid; theremin player; kintsugi bowl`),
	qualities: list(`small; young; golden; lonely; old; dark; glowing; quiet; red; giant; beautiful; misty; ancient; tiny; rusty; white; wild; blue; elegant; broken; snow-covered;
		gentle; weathered; curious; silver; translucent; moss-covered; sleepy; mechanical; fierce; porcelain; feathered; crumbling; velvet; iridescent; soot-blackened;
		filigree; barnacled; phosphorescent; moth-eaten; lacquered; quicksilver`),
	doings: list(`walking; running; standing; looking; dancing; floating; sitting; flying; turning; waiting; sailing; playing; smiling; sleeping; drifting; climbing; jumping;
		singing; glowing; falling; breathing; spinning; drinking tea; reading; melting; unfolding; swimming; crossing; waving; rising; whispering; galloping; painting;
		flickering; diving; blooming; crumbling; balancing; juggling; burrowing; somersaulting; hovering; rummaging; pirouetting; smouldering`),
	places: list(`in the forest; on the beach; in the rain; in the city; by the sea; on a rooftop; at night; in the mountains; in the snow; on calm water; in a field; in a cafe;
		under the stars; in the desert; in the fog; on a bridge; in a library; by the window; on the moon; in a garden; underwater; in an alley; at the station; over the dunes;
		in a cathedral; on a frozen lake; in the jungle; beneath the aurora; in a greenhouse; on the pier; in a workshop; among ruins; above the clouds; in a subway; on a cliff;
		in a bamboo grove; inside a snow globe; on a salt flat; in an abandoned observatory; behind the waterfall; in a terraced rice paddy; beside a geyser; in a scriptorium`),
	lights: list(`golden hour; soft light; cinematic lighting; neon light; morning mist; sunset; moonlight; volumetric light; warm light; candlelight; overcast sky; backlit; blue hour;
		rim light; dappled shade; stormy sky; firelight; harsh noon sun; lantern glow; hazy dawn; chiaroscuro; god rays; sodium street lamps; bioluminescence; alpenglow; noctilucent clouds`),
	styles: list(`cinematic; photorealistic; anime style; film grain; 35mm film; watercolour; slow motion; studio quality; documentary; cyberpunk; oil painting; macro lens; fantasy art;
		black and white; stop motion; pixel art; ukiyo-e; claymation; noir; time lapse; pastel palette; vaporwave; low poly; ink wash; tilt-shift; art nouveau; super 8; rotoscoped;
		cyanotype; risograph; daguerreotype; paper cut-out`),
	shots: list(`close-up; wide shot; aerial view; tracking shot; portrait; slow pan; drone shot; low angle; medium shot; establishing shot; over the shoulder; top-down view; dolly zoom;
		macro; fisheye; split screen; whip pan; dutch angle`),
}

var chinese = language{
	subjects: list(`女孩; 小猫; 城市; 老人; 少年; 森林; 机器人; 小狗; 汽车; 龙; 灯塔; 宇航员; 小船; 狐狸; 武士; 舞者; 骏马; 火车; 鲸鱼; 狼; 集市; 古堡; 飞船; 孩子; 飞鸟; 风筝; 纸船; 鹿; 乐师; 猫头鹰;
		河流; 剑客; 老虎; 茶壶; 水母; 瀑布; 钟表匠; 自行车; 锦鲤; 热气球; 熊猫; 渔夫; 乌鸦; 蝴蝶; 面包师; 章鱼; 大象; 孔雀; 风车; 潜水员; 蜂鸟; 铁匠; 潜艇; 琉璃匠; 变色龙; 养蜂人; 白鹭; 旋转木马; 皮影艺人; 飞艇;
		蝾螈; 打字机; 鸬鹚; 穿山甲; 古琴; 走马灯`),
	qualities: list(`美丽的; 小小的; 金色的; 孤独的; 古老的; 黑暗的; 发光的; 安静的; 红色的; 巨大的; 年轻的; 朦胧的; 生锈的; 白色的; 温柔的; 优雅的; 破碎的; 积雪的; 好奇的; 银色的; 透明的; 长满青苔的; 机械的; 凶猛的; 陶瓷的; 斑斓的; 褪色的; 镂空的; 漆黑的`),
	doings:    list(`行走; 奔跑; 站立; 跳舞; 凝望; 漂浮; 坐着; 飞翔; 转身; 等待; 航行; 玩耍; 微笑; 沉睡; 攀登; 跳跃; 歌唱; 坠落; 呼吸; 旋转; 喝茶; 读书; 融化; 绽放; 游动; 穿行; 挥手; 升起; 低语; 疾驰; 作画; 闪烁; 潜入水中; 翻跟头; 翱翔`),
	places: list(`在森林里; 在海边; 在雨中; 在城市里; 在屋顶上; 在夜晚; 在雪山上; 在雪中; 在湖面上; 在田野里; 在咖啡馆; 在星空下; 在沙漠中; 在雾里; 在桥上; 在图书馆; 在窗边; 在月球上; 在花园里; 在水下; 在小巷; 在车站; 在沙丘上; 在竹林中; 在极光下; 在温室里;
		在码头; 在工坊里; 在废墟间; 在云端; 在悬崖上; 在梯田间; 在天文台; 在瀑布后; 在藏经阁`),
	lights: list(`黄金时刻; 柔和光线; 电影光效; 霓虹灯光; 晨雾; 日落; 月光; 体积光; 暖色调; 烛光; 阴天; 逆光; 蓝调时刻; 树影斑驳; 暴风雨的天空; 火光; 灯笼的光; 黎明; 丁达尔光; 路灯; 萤火`),
	styles: list(`电影感; 写实风格; 动漫风格; 胶片颗粒; 水彩; 慢动作; 纪录片; 赛博朋克; 油画; 微距镜头; 奇幻艺术; 黑白; 定格动画; 像素艺术; 浮世绘; 黏土动画; 延时摄影; 水墨画; 移轴摄影; 剪纸; 敦煌壁画`),
	shots:  list(`特写; 远景; 航拍; 跟拍; 肖像; 缓慢摇镜; 低角度; 中景; 俯拍; 过肩镜头; 鱼眼; 广角`),
}

// cameras are Hailuo's commands.
var cameras = list(`[Push in]; [Static shot]; [Pan left]; [Tracking shot]; [Pull out]; [Zoom in]; [Pan right]; [Tilt up]; [Pedestal up]; [Truck left]; [Tilt down]; [Pan left,Pedestal up]; [Truck right]; [Shake]; [Zoom out]`)

var tagWords = list(`final; forest; draft; client; 风景; city; people; night; best; 人物; sea; b-roll; snow; 待修; animals; intro; test; robot; 夜景; music video; rain; loop; sky; 海; macro; 动画;
	portrait; fantasy; car; product; 城市; noir; logo; teaser; anime; slow; retro; 雪; space; trailer; food; dance; ruins; 水墨; storm; flowers; train; 节日; drone; texture; boats; horror; paper;
	春天; fashion; sport; 古风; interview; water; fire; castle; 宣传片; fog; social; vertical; map; 广告; birds; glass; title card; whales; 机器人; bridge; kids; 秋天; cyberpunk; timelapse; desert;
	moon; 樱花; archive; wedding; 武侠; greenhouse; lighthouse; transition; ukiyo-e; 敦煌; claymation; alpenglow; 皮影; kintsugi`)

var notes = list(`use for the opening of; colour is off in; ask again with less motion for; the hands are wrong in; approved by; goes after the shot of; keep for; too dark for`)

var notesChinese = list(`用在开头:; 颜色偏暗:; 再生成一次:; 客户确认:; 接在后面:; 备用:`)

// syllables and characters are what rare names are made of.
var syllables = strings.Fields(`ka vel mor ta shi ren dor lu ma na zo ri el tha quen bas or ith sel ya fen gor mi ra lo ven dra ul kes nim pa sor ti wen xa bel cor du fa hal`)

var characters = []rune(`岚汐辰墨青云山河星月霜雪风雨林溪江湖海岛谷峰岭川泽雁鹤凤麟鹿狐龙虎鲲鹏兰竹梅菊莲桃柳松柏枫桐樱棠芷蘅琴棋书画诗酒花茶剑箫笛鼓钟铃镜灯烛纱绫锦绣玉珠珀琥瑶琳璃瓷釉铜铁金银朱赤橙碧蓝紫玄素皓朗清明幽静远长安洛阳姑苏临安秦楚燕赵吴越蜀渝滇黔` +
	`晨暮昏晓夏秋冬春岁年朝夕宫阙楼台亭榭桥渡关塞城郭巷陌村庄田园井泉石沙尘烟霞虹雾露冰川流波涛澜浪潮汐舟帆桨橹`)

// toTraditional spells the words above as they are written in Taiwan and Hong Kong.
var toTraditional = strings.NewReplacer("机", "機", "车", "車", "龙", "龍", "灯", "燈", "员", "員", "马", "馬", "鲸", "鯨", "鱼", "魚", "飞", "飛", "鸟", "鳥", "风", "風", "筝", "箏", "纸", "紙",
	"乐", "樂", "师", "師", "猫", "貓", "头", "頭", "鹰", "鷹", "剑", "劍", "钟", "鐘", "锦", "錦", "鲤", "鯉", "气", "氣", "渔", "漁", "乌", "烏", "鸦", "鴉", "发", "發", "静", "靜",
	"红", "紅", "轻", "輕", "蓝", "藍", "调", "調", "时", "時", "电", "電", "线", "線", "雾", "霧", "积", "積", "体", "體", "阴", "陰", "动", "動", "画", "畫", "写", "寫", "实", "實",
	"远", "遠", "镜", "鏡", "广", "廣", "缓", "緩", "摇", "搖", "旋转", "旋轉", "跳跃", "跳躍", "云", "雲", "桥", "橋", "图", "圖", "书", "書", "馆", "館", "边", "邊", "园", "園", "观", "觀", "台", "臺",
	"码", "碼", "废", "廢", "间", "間", "温", "溫", "极", "極", "坠", "墜", "绽", "綻", "银", "銀", "孤独", "孤獨", "优", "優", "丽", "麗", "颗", "顆", "摄", "攝")
