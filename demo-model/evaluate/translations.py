"""Sentences with their translations, `zh|en`: the phrase book's patterns with fillings that training never prints (phrases.held_out).

A model this small translates by its phrase book alone, so here, and only here, evaluation shares patterns with training.
"""
PAIRS = [tuple(line.split("|")) for line in """前方84米有停车场。|The parking lot is 84 meters ahead.
洗手间在17楼。|The restroom is on floor 17.
博物馆在您的右边。|The museum is on your right.
药店今天关闭。|The pharmacy is closed today.
公交车站内禁止吸烟。|No smoking in the bus stop.
急诊室内请保持安静。|Please keep quiet in the emergency room.
图书馆开放时间：8:00至20:00|Library opening hours: 8:00 to 20:00
行李寄存处将于2028年5月21日开放。|The luggage storage will open on May 21, 2028.
医院将于4月14日关闭。|The hospital will be closed on April 14.
药店每星期四关闭。|The pharmacy is closed every Thursday.
请到地铁站集合。|Please gather at the subway station.
请到药店领取。|Please collect it at the pharmacy.
欢迎来到香港。|Welcome to Hong Kong.
从沈阳到南京|From Shenyang to Nanjing
开往杭州的列车12:15发车。|The train to Hangzhou departs at 12:15.
飞往西安的航班7:06起飞。|The flight to Xi'an takes off at 7:06.
列车晚点62分钟。|The train is delayed by 62 minutes.
请在58号门登机。|Please board at gate 58.
下一站：地铁站|Next stop: Subway Station
会议时间：7:15|Meeting time: 7:15
会议地点：98号会议室|Venue: Meeting Room 98
会议将于7月8日举行。|The meeting will be held on July 8.
会议将于星期六13:19开始。|The meeting will start at 13:19 on Saturday.
营业时间：7:44至12:45|Business hours: 7:44 to 12:45
每星期六休息|Closed every Saturday
本店将于12月5日休息。|The store will be closed on December 5.
停电时间：14:45至18:30|Power outage: 14:45 to 18:30
停水时间：6:31至15:45|Water outage: 6:31 to 15:45
截止日期：2028年4月12日|Deadline: April 12, 2028
有效期至10月20日|Valid until October 20
生产日期：2016年6月18日|Production date: June 18, 2016
保质期：35个月|Shelf life: 35 months
净含量：35克|Net weight: 35 g
联系电话：71298801|Contact number: 71298801
房间号：1747|Room number: 1747
订单号：35888415|Order number: 35888415
单价：85.10元|Unit price: 85.10 yuan
合计：919元|Total: 919 yuan
全场74%优惠|74% off everything
门票：508元|Admission: 508 yuan
停车费：每小时896元|Parking fee: 896 yuan per hour
限速8公里|Speed limit 8 km/h
限高73米|Height limit 73 m
限重378公斤|Weight limit 378 kg
冰激凌 199元|Ice Cream 199 yuan
土豆丝 650.52元|Shredded Potato 650.52 yuan
披萨：882元|Pizza: 882 yuan
今日特价：炒饭|Today's special: Fried Rice
推荐菜：麻婆豆腐|Recommended dish: Mapo Tofu
书包 952.72元|School Bag 952.72 yuan
桌子已售完。|Table sold out.
请在2020年7月28日前提交申请。|Please submit the application before July 28, 2020.
请在13:30前到达。|Please arrive before 13:30.
活动时间：2022年3月9日|Event date: March 9, 2022
退房时间：11:30|Check-out time: 11:30
早餐时间：7:45至9:45|Breakfast: 7:45 to 9:45
第96页|Page 96
75号楼|Building 75
226楼：酒店|Floor 226: Hotel
15号出口|Exit 15
57路公交车|Bus No. 57
武汉图书馆|Wuhan Library
大连欢迎您|Dalian welcomes you
距成都60公里|60 km to Chengdu
请联系纽约办事处。|Please contact the New York office.
紧急电话：54770|Emergency call: 54770
如需帮助，请拨打18655568。|For help, please call 18655568.""".split("\n")]
