"""The fields that forms, receipts, invoices and cards carry: their printed labels and their values in Chinese and English."""
import phrases
from content import (CODE, HAN_WORDS, UPPER, WORDS, address, clock, code, company, date, digits, email, goods, identity, latin, han,
                     money, number, person, string, telephone, url, whole, FIRST)


def either(han_values, latin_values):
    """A value out of two lists separated by |."""
    lists = latin_values.split("|"), han_values.split("|")
    return lambda r, zh: r.choice(lists[zh])


def _same(make):
    return lambda r, zh: make(r)


def _city(r, zh):
    return r.choice(phrases.CITY)[0 if zh else 1]


def _day(r, zh):
    return date(r, zh)


def _tax_number(r, zh):
    return "91" + "".join(r.choice(CODE) for _ in range(16)) if zh else code(r)


def _plate(r, zh):
    return r.choice("京沪粤苏浙川") + r.choice(UPPER) + "".join(r.choice(CODE) for _ in range(5)) if zh else "".join(r.choice(CODE) for _ in range(7))


def _bank(r, zh):
    if not zh: return r.choice(WORDS).capitalize() + " Bank"
    return r.choice(("中国银行", "工商银行", "建设银行", "农业银行", "招商银行", "交通银行")) + r.choice(phrases.CITY[:14])[0] + "分行"


def _school(r, zh):
    return _city(r, zh) + (r.choice(("大学", "理工大学", "师范大学", "第一中学")) if zh else " University")


_FIELDS = {   # name: (labels in Chinese, labels in English, value(r, zh))
    "name": ("姓名|名字", "Name|Full Name", person), "sex": ("性别", "Sex|Gender", either("男|女", "M|F|Male|Female")),
    "nation": ("民族", "Ethnicity", either("汉|回|满|藏|壮|苗", "Han|Hui|Manchu")), "birth": ("出生|出生日期", "Date of Birth|DOB|Birth Date|Born", _day),
    "addr": ("住址|地址|联系地址", "Address|Home Address", address), "idno": ("公民身份号码|身份证号|证件号码", "ID No|ID Number|ID", lambda r, zh: identity(r) if zh else code(r)),
    "org": ("签发机关", "Issuing Authority", lambda r, zh: _city(r, zh) + ("市公安局" if zh else " Police")),
    "valid": ("有效期|有效期限|有效期至", "Valid Until|Expiry Date|Expires|Valid Thru", _day),
    "invcode": ("发票代码", "Invoice Code", lambda r, zh: digits(r, 12 if zh else 10)), "invno": ("发票号码|发票号", "Invoice No|Invoice Number|Invoice #", lambda r, zh: digits(r, 8) if zh else code(r)),
    "invdate": ("开票日期", "Invoice Date|Issue Date|Date Issued", _day), "buyer": ("购买方|购买方名称|买方|客户", "Buyer|Bill To|Customer|Client", company),
    "seller": ("销售方|销售方名称|卖方|供应商", "Seller|Vendor|From|Supplier", company), "taxid": ("纳税人识别号|税号", "Tax ID|VAT No", _tax_number),
    "amount": ("金额", "Amount", money), "rate": ("税率", "Tax Rate", either("13%|6%|9%|3%|1%", "5%|8%|10%|20%")), "tax": ("税额", "Tax|VAT|Sales Tax", money),
    "total": ("价税合计|合计|总计|总金额|应付金额", "Total|Grand Total|Total Due|Amount Due|TOTAL", money), "payee": ("收款人", "Payee", person),
    "drawer": ("开票人", "Issued By|Drawer", person), "checker": ("复核|复核人|审核", "Checked By|Approved By", person), "date": ("日期", "Date", _day),
    "time": ("时间", "Time", _same(clock)), "no": ("编号|单号|小票号", "No|Receipt No|Ref No|Reference|Receipt #", _same(code)),
    "cashier": ("收银员", "Cashier|Server", lambda r, zh: (person(r, zh) if zh else r.choice(FIRST)) if r.random() < .6 else digits(r, 3)),
    "subtotal": ("小计", "Subtotal|Sub Total", money), "paid": ("实收|实付", "Paid|Cash|Amount Paid", money), "change": ("找零", "Change", money),
    "pay": ("付款方式|支付方式", "Payment|Payment Method|Paid By", either("现金|微信|支付宝|银行卡|信用卡", "Cash|Visa|Credit Card|Debit Card|Mastercard")),
    "shop": ("店名|商户名称|商户|门店", "Store|Merchant|Shop", company), "table": ("桌号|台号", "Table|Table No", lambda r, zh: str(whole(r, 1, 99))),
    "discount": ("折扣|优惠", "Discount", money), "title": ("职位|职务", "Title|Position|Job Title", either(
        "经理|总经理|工程师|销售总监|设计师|会计|董事长|主任|产品经理|教授|律师", "Manager|Engineer|Director|Sales Manager|Designer|Accountant|CEO|Professor|Lawyer|Product Manager")),
    "company": ("公司|单位|公司名称|工作单位", "Company|Organization|Employer", company), "tel": ("电话|联系电话", "Tel|Phone|Telephone|Phone Number", telephone),
    "mobile": ("手机|手机号", "Mobile|Cell", telephone), "fax": ("传真", "Fax", telephone), "email": ("邮箱|电子邮箱", "Email|E-mail|Mail", _same(email)), "web": ("网址|网站", "Website|Web", _same(url)),
    "dept": ("部门|科室", "Department|Dept", either("销售部|技术部|财务部|人事部|市场部|内科|外科|儿科", "Sales|Finance|Marketing|Engineering|Support|HR")),
    "train": ("车次|航班号|航班", "Train|Flight|Flight No", lambda r, zh: r.choice("GDKTZC") + digits(r, whole(r, 1, 4)) if zh else r.choice(UPPER) + r.choice(UPPER) + digits(r, 4)),
    "from": ("出发站|出发地|始发站", "From|Departure|Origin", _city), "to": ("到达站|目的地|终点站", "To|Destination|Arrival", _city),
    "seat": ("座位号|座位", "Seat|Seat No", lambda r, zh: f"{whole(r, 1, 16)}车{whole(r, 1, 20):02d}{r.choice('ABCDF')}号" if zh else f"{whole(r, 1, 60)}{r.choice('ABCDEF')}"),
    "fare": ("票价", "Fare|Price", money), "gate": ("登机口", "Gate", lambda r, zh: r.choice("ABCD") + str(whole(r, 1, 60))), "rcv": ("收件人|收货人", "Recipient|Ship To|Receiver", person),
    "snd": ("寄件人|发货人", "Sender|Shipper", person), "track": ("运单号|快递单号", "Tracking No|Tracking Number", lambda r, zh: digits(r, whole(r, 10, 14)) if zh else code(r)),
    "weight": ("重量", "Weight", lambda r, zh: f"{whole(r, 1, 50)}.{whole(r, 0, 9)}" + ("kg" if zh else " kg")), "acct": ("账号|银行账号|卡号", "Account|Account No|Account Number|Card Number", lambda r, zh: digits(r, whole(r, 10, 19))),
    "bank": ("开户行|银行", "Bank|Bank Name", _bank), "prod": ("品名|产品名称|名称", "Product|Item|Product Name|Description", goods),
    "spec": ("规格|规格型号|型号", "Spec|Size|Model", lambda r, zh: r.choice((f"{whole(r, 1, 999)}g", f"{whole(r, 1, 999)}ml", string(r, 3, 6).upper(), "XL", "A4"))),
    "made": ("生产日期", "Production Date|Mfg Date", _day), "shelf": ("保质期", "Shelf Life", lambda r, zh: f"{whole(r, 1, 36)}" + ("个月" if zh else " months")),
    "batch": ("批号|生产批号", "Batch No|Lot No", _same(code)), "qty": ("数量", "Qty|Quantity", lambda r, zh: str(whole(r, 1, 99))), "unit": ("单价", "Unit Price", money),
    "order": ("订单号|订单编号", "Order No|Order Number|Order ID|Order #", _same(code)), "age": ("年龄", "Age", lambda r, zh: str(whole(r, 1, 99)) + ("岁" if zh and r.random() < .5 else "")),
    "nationality": ("国籍", "Nationality|Citizenship", either("中国|美国|英国|法国|日本|加拿大", "China|USA|British|French|Canada")), "passport": ("护照号|护照号码", "Passport No", lambda r, zh: r.choice(UPPER) + digits(r, 8)),
    "school": ("学校|毕业院校", "School|University", _school), "major": ("专业", "Major|Subject", either("数学|物理|计算机|化学|会计|法律|英语", "Math|Physics|Computer Science|Law|History")),
    "stuno": ("学号|工号", "Student ID|Employee ID|Member ID|Member No", lambda r, zh: digits(r, whole(r, 5, 10))), "room": ("房号|房间号", "Room|Room No|Room Number", lambda r, zh: str(whole(r, 101, 2999))),
    "checkin": ("入住日期", "Check-in|Arrival Date", _day), "checkout": ("退房日期|离店日期", "Check-out|Departure Date", _day), "plate": ("车牌号|车牌号码", "Plate No|License Plate", _plate),
    "due": ("到期日|付款期限", "Due Date|Payment Due|Pay By", _day), "status": ("状态", "Status", either("已完成|待付款|已发货|处理中|已取消", "Completed|Pending|Shipped|Open|Cancelled")),
    "contact": ("联系人", "Contact|Contact Person|Attention", person), "blood": ("血型", "Blood Type", either("A|B|O|AB", "A|B|O|AB|O+")), "class": ("班级|类别", "Class|Type|Category", lambda r, zh: r.choice("ABCDE") + str(whole(r, 1, 30))),
    "remark": ("备注|说明", "Remarks|Note|Notes|Memo", lambda r, zh: han(r, whole(r, 2, 8)) if zh else latin(r, whole(r, 1, 3))),
}
FIELDS = {name: (zh.split("|"), en.split("|"), value) for name, (zh, en, value) in _FIELDS.items()}
FORMS = [   # titles in Chinese, titles in English, the fields in their usual order
    ("居民身份证|身份证", "Identity Card|ID Card", "name sex nation birth addr idno org valid"),
    ("发票|增值税发票|电子发票", "Invoice|Tax Invoice", "invcode invno invdate due buyer taxid seller amount rate tax total payee checker drawer"),
    ("收据|购物小票|收款凭证", "Receipt|Sales Receipt", "shop no date time cashier subtotal discount tax total paid change pay table"),
    ("名片", "Business Card", "name title company dept tel mobile fax email web addr"), ("车票|登机牌|行程单", "Ticket|Boarding Pass", "name train from to date time seat gate fare class"),
    ("快递单|运单", "Shipping Label|Waybill", "rcv tel addr snd track weight date"), ("转账凭证|银行回单", "Transfer Slip|Bank Receipt", "name acct bank amount date no payee remark"),
    ("产品标签|合格证", "Product Label|Certificate", "prod spec made shelf batch weight qty"), ("订单|订购单", "Order|Purchase Order", "order date prod qty unit total rcv tel addr pay status"),
    ("登记表|申请表|个人信息", "Registration Form|Application", "name sex age nationality passport birth blood tel email addr school major company title contact"),
    ("学生证|工作证|会员卡", "Student Card|Staff Card|Member Card", "name sex school major stuno dept class valid"), ("住宿登记单|结账单", "Hotel Bill|Guest Folio", "name room checkin checkout total pay tel"),
    ("行驶证|停车票", "Vehicle Card|Parking Ticket", "plate name date time fare no")]


# What labels end in, whatever they begin with: Chinese, Latin.
ENDINGS = ("人 员 号 编号 号码 日 日期 时间 地 地址 费 款 额 金额 数 数量 量 单位 机构 部门 方 商 方式 类型 名称 证 期 状况 说明".split(),
           "number no code date day time name place address amount fee cost sum count rate unit office team type status by for on at to until of".split())


def invented_label(r, zh):
    """A label that no list holds, so that the model learns to look a key up rather than to know it. Four of ten end as labels do: a page has several that only begin otherwise."""
    if r.random() < .4: label = r.choice(HAN_WORDS)[:3] + r.choice(ENDINGS[0]) if zh else r.choice(WORDS) + " " + r.choice(ENDINGS[1])
    else: label = ("" if zh else " ").join(r.choice(HAN_WORDS if zh else WORDS) for _ in range(whole(r, 1, 2)))
    if zh: return label[:5]
    label = label[:16].strip()
    return label.title() if r.random() < .7 else label.capitalize()


def invented_value(r, zh):
    """What stands behind such a label: a value of any kind. Where only known labels have firms, addresses and sums, an unknown one that has is taken for one that is not there."""
    t = r.random()
    if t < .3: return r.choice((company, address, money, date, person))(r, zh)
    if t < .5: return FIELDS[r.choice(list(FIELDS))][2](r, zh)
    if t < .7: return number(r)
    if t < .75: return code(r)
    return han(r, whole(r, 1, 9)) if zh else latin(r, whole(r, 1, 3))
