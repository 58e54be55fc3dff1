"""What stands on the evaluation documents. None of these phrases, names or goods is in the training phrase book."""
SENTENCES = {
    "en": """The ferry to the northern islands leaves from pier four at dawn.
Our greenhouse was rebuilt after the storm with thicker glass.
A quarter of the harvest was sold before the end of August.
Nobody expected the old clock in the tower to strike again.
The committee approved the plan by nine votes to three.
Two violins and a cello were left in the rehearsal room.
Please return the borrowed ladder to the caretaker by Friday.
Rainfall in the valley reached 84 mm within a single night.
She keeps her recipes in a wooden box beside the stove.
The museum shows maps that were drawn without any compass.
Every bolt has to be tightened twice before the engine is started.
Our guests enjoyed the soup but hardly touched the pudding.
The bridge will carry trams, cyclists and people on foot.
An amber light means that the filter must be cleaned.
Half of the parcels were sorted by hand until midnight.
Volunteers planted 350 young oaks along the canal.
Batteries older than five years lose much of their charge.
The lecture on desert plants begins in the small theatre.
Tickets bought online may be exchanged up to two days ahead.
A fox crossed the frozen pond and vanished among the reeds.
We could not deliver your carpet because no one was at home.
The pilot reported strong winds above the ridge.
His grandfather repaired umbrellas in a shop near the harbour.
Copper prices rose by 3.7 percent during the second week.
Wipe the lens with a dry cloth and never with paper.
The orchestra will rehearse behind closed doors on Tuesday.
Most of the bread is baked with flour from the mill upstream.
Write your initials on both labels and keep the upper one.
The lighthouse keeper noted the names of passing ships.
New tiles cost less than mending the broken ones.
All lockers must be emptied before the summer break.
The river froze so hard that carts could cross it.""".split("\n"),
    "zh": """北岛的渡船每天清晨从四号码头出发。
暴风雨过后，温室换上了更厚的玻璃。
八月底之前已经卖掉了四分之一的收成。
谁也没想到塔楼上的旧钟又响了起来。
委员会以九票对三票通过了这项计划。
排练室里留下了两把小提琴和一把大提琴。
请在周五之前把借来的梯子还给管理员。
山谷一夜之间降雨达到84毫米。
她把菜谱放在炉子旁边的木盒里。
博物馆展出了没有指南针时画成的地图。
发动机启动以前，每个螺丝都要拧紧两次。
客人们喜欢那碗汤，却几乎没碰布丁。
新桥将供电车、自行车和行人通行。
黄灯亮起表示过滤网需要清理。
一半的包裹直到半夜都是人工分拣的。
志愿者沿着运河种下了350棵小橡树。
使用超过五年的电瓶会失去大部分电量。
沙漠植物讲座在小剧场举行。
网上买的票可以提前两天改签。
一只狐狸穿过结冰的池塘，消失在芦苇丛中。
因为家中无人，我们没能送到您的地毯。
飞行员报告山脊上空有强风。
他的祖父在港口附近修理雨具。
铜价在第二周上涨了百分之3.7。
请用干布擦拭镜头，切勿用纸。
乐团星期二将闭门排练。
多数面包用的是上游磨坊的面粉。
在两张标签上写下缩写，并保留上面一张。
灯塔看守人记下了过往船只的名字。
换新瓦比修补破瓦便宜。
暑假之前必须清空所有柜子。
河水冻得很硬，马车都能通过。""".split("\n")}
NAMES = {"en": "Hendrik Aalto|Marta Kowalska|Imogen Finch|Rasmus Dahl|Priya Nair|Beatrix Lowell|Tobias Krantz|Yusuf Demir|Noemi Farkas|Cormac Byrne".split("|"),
         "zh": "欧阳若兰|司马青山|祝英豪|游海峰|柳如烟|温庭玉|聂卫东|古丽娜|冷凝霜|申屠浩".split("|")}
FIRMS = {"en": "Quillfeather Bindery|Ostrava Tool Works|Marsh & Pennant|Bluegum Orchards|Halvorsen Freight|Tansy Lane Pottery|Copperline Studio".split("|"),
         "zh": "松涛印刷厂|远帆物流行|青石陶艺坊|柏林光学仪器部|银杏园艺场|海螺旅行社|铁马机械修理厂".split("|")}
STREETS = {"en": "17 Juniper Terrace|403 Old Tannery Row|9B Saltmarsh Quay|2260 Foxglove Hill|58 Candlemaker Yard".split("|"),
           "zh": "桂林市秀峰区翠湖北路17号|厦门市思明区环岛路58号|昆明市五华区翠湖东路403号|绍兴市越城区鲁迅中路26号|烟台市福山区海岸街9号".split("|")}
GOODS = {"en": "Brass hinge|Linen napkin|Walnut tray|Garden twine|Enamel mug|Felt slippers|Cedar soap dish|Oil lamp wick|Wool blanket|Ceramic knob|Bamboo flute|Rye loaf|Plum jam|Goat cheese|Lentil stew|Ginger tea|Smoked trout|Barley porridge".split("|"),
         "zh": "铜合页|亚麻餐巾|胡桃木托盘|园艺麻绳|搪瓷缸|毛毡拖鞋|雪松皂盒|油灯芯|羊毛毯|陶瓷把手|竹笛|黑麦面包|李子酱|山羊奶酪|扁豆浓汤|姜母茶|熏鲤鱼|大麦粥".split("|")}
FIELDS = {   # kind of value: labels
    "en": {"person": "Applicant|Owner|Signed for|Witness|Tenant", "firm": "Workshop|Dealer|Carrier|Agency", "street": "Residence|Premises|Located at",
           "day": "Issued on|Valid through|Collected|Renewal", "code": "Permit number|Licence|Serial|File code|Voucher", "sum": "Balance|Pledge|Charge|Outstanding|Refund", "count": "Pieces|Crates|Nights|Copies"},
    "zh": {"person": "申请人|持有人|签收人|见证人|承租人", "firm": "经销商|承运单位|代理机构", "street": "经营场所|居住地|坐落", "day": "签发日|办理日期|领取日|续期日",
           "code": "许可证号|证书编号|序列号|档案号|凭单号", "sum": "余额|质押款|手续费|应退款", "count": "件数|箱数|份数|晚数"}}
SIGNS = {"en": "KEEP GATE SHUT|Ring bell twice|Bicycle workshop|WEIGHBRIDGE|Mind the geese|Pottery upstairs|NIGHT FERRY|Boats for hire|Tower closed in fog|Fresh trout daily".split("|"),
         "zh": "请关好栅栏门|按铃两下|自行车作坊|地磅房|小心鹅群|二楼陶艺室|夜航渡轮|小船出租|大雾封塔|鲜鲤鱼每日供应".split("|")}
HEADS = {"en": "Species|Stature|Provenance|Crates|Firing|Grade|Pier|Tonnes|Moisture|Rating".split("|"), "zh": "树种|株高|产地|箱数|批次|等级|泊位|吨数|含水率|评分".split("|")}
CLOSING = {"en": ("With warm wishes,", "Esteemed neighbours,"), "zh": ("专此布达", "各位邻居：")}
BILL = {"en": ("Account rendered", ["Article", "Units", "Charge"], "Now due"), "zh": ("对账凭单", ["物品", "件数", "应收"], "本次应收")}
