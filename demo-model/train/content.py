"""Random text as it stands on documents: words, numbers, names, addresses, money. Every function takes a random.Random first."""
import json
import os

import phrases
import tokenizer

FONTS = os.environ.get("FONTS", "fonts")               # folder written by fonts.py


def _words(name):
    with open(os.path.join(FONTS, name), encoding="utf8") as f:
        return f.read().split()


WORDS, HAN_WORDS = _words("words.txt"), _words("words_zh.txt")
with open(os.path.join(FONTS, "lookalikes.json"), encoding="utf8") as _f:
    LOOKALIKES = {c: near for c, near in json.load(_f).items() if near}
CONFUSED = list(LOOKALIKES)
HAN = tokenizer.HAN
COMMON = ("the of and to in is you that it he was for on are as with his they at be this have from or one had by word but not what all were we "
          "when your can said there use an each which she do how their if will up other about out many then them these so some her would make "
          "like him into time has look two more write go see number no way could people my than first water been call who oil its now find long "
          "down day did get come made may part").split()
UPPER, LOWER, DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz", "0123456789"
PUNCTUATION = ".,:;-/()#&%$@!?+=*'\"_<>[]|~^{}\\`"
HAN_PUNCTUATION = "，。、：；？！（）《》“”【】—…·，。、：，。"
CODE = UPPER + DIGITS
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰志国建红文斌宇浩凯健俊帆雨欣子晨思远佳琪梓涵一诺嘉怡天乐海燕晓东春梅永康新民立成家豪"
FIRST = "James Mary John Linda Robert Susan Michael Karen David Nancy William Lisa Richard Emma Thomas Olivia Daniel Sophia Paul Grace Mark Alice George Helen Kevin Laura Brian Julia Peter Anna Henry Clara Jack Lucy Oscar Ruby Adam Chloe".split()
LAST = "Smith Johnson Brown Taylor Wilson Davis Clark Lewis Walker Hall Young King Wright Scott Green Baker Adams Nelson Carter Mitchell Turner Parker Collins Edwards Stewart Morris Rogers Reed Cook Morgan Bell Murphy Bailey Cooper Ward Cox Gray Hughes Price Wood".split()


def whole(r, low, high):
    """A whole number of low..high, both included (twice as fast as randint)."""
    return int(low + r.random() * (high - low + 1))


def digits(r, n):
    return f"{r.randrange(10 ** n):0{n}d}"


def price(r):
    units = whole(r, 0, 9999) if r.random() < .3 else whole(r, 0, 299)
    return f"{units:,}.{whole(r, 0, 99):02d}" if r.random() < .2 else f"{units}.{whole(r, 0, 99):02d}"


def date(r, zh=False):
    y, m, d = whole(r, 1950, 2035), whole(r, 1, 12), whole(r, 1, 28)
    t = r.random()
    if zh and t < .5:
        return f"{y}年{m}月{d}日" if r.random() < .7 else f"{y}年{m:02d}月{d:02d}日"
    month = phrases.MONTH[m - 1]
    if not zh and t < .35:
        return r.choice((f"{month} {d}, {y}", f"{d} {month[:3]} {y}", f"{d} {month} {y}", f"{month[:3]} {d}, {y}"))
    return r.choice((f"{y}-{m:02d}-{d:02d}", f"{y}/{m:02d}/{d:02d}", f"{m:02d}/{d:02d}/{y}", f"{y}.{m:02d}.{d:02d}", f"{d:02d}.{m:02d}.{y}"))


def clock(r):
    return f"{whole(r, 0, 23):02d}:{whole(r, 0, 59):02d}" + (f":{whole(r, 0, 59):02d}" if r.random() < .3 else "")


def number(r):
    t = r.random()
    if t < .2: return price(r)
    if t < .32: return date(r)
    if t < .4: return clock(r)
    if t < .52: return r.choice("$€£¥") + (f"{whole(r, 1, 9999):,}.{whole(r, 0, 99):02d}" if r.random() < .6 else str(whole(r, 1, 999)))
    if t < .58: return f"{whole(r, 1, 100)}%"
    if t < .64: return f"({digits(r, 3)}) {digits(r, 3)}-{digits(r, 4)}"
    if t < .7: return reference(r)
    if t < .82: return digits(r, whole(r, 8, 20))
    if t < .88: return " ".join(digits(r, 4) for _ in range(whole(r, 2, 5)))
    return str(r.randrange(10 ** whole(r, 1, 12)))


def reference(r):
    """Groups of letters and digits between any of the signs that people put there; which, nothing tells."""
    sign, groups = r.choice("--//. _:#"), []
    for _ in range(whole(r, 1, 4)):
        t = r.random()
        groups.append(digits(r, whole(r, 1, 6)) if t < .55 else "".join(r.choice(UPPER) for _ in range(whole(r, 1, 3))) if t < .7
                      else r.choice(UPPER) + digits(r, whole(r, 1, 6)) if t < .85 else "".join(r.choice(CODE) for _ in range(whole(r, 2, 6))))
    return sign.join(groups)


def email(r):
    user = r.choice(WORDS).lower() + r.choice((".", "_", "", "")) + (r.choice(WORDS).lower() if r.random() < .5 else digits(r, 2))
    return user[:16] + "@" + r.choice(WORDS).lower()[:9] + r.choice((".com", ".cn", ".org", ".net", ".com.cn", ".io"))


def url(r):
    path = "/" + r.choice(WORDS).lower() if r.random() < .3 else ""
    return r.choice(("www.", "https://", "http://", "www.")) + r.choice(WORDS).lower() + r.choice((".com", ".cn", ".org", ".net", ".com.cn")) + path


def string(r, low=1, high=9):
    """Random letters, digits and a few signs: nothing in it can be guessed."""
    return "".join(r.choice(LOWER + CODE if r.random() < .93 else PUNCTUATION) for _ in range(whole(r, low, high)))


def word(r):
    w = r.choice(COMMON) if r.random() < .25 else r.choice(WORDS)
    t = r.random()
    w = w.capitalize() if t < .2 else w.upper() if t < .3 else w
    if r.random() < .12: w += r.choice(",.;:!?")
    t = r.random()
    return f"({w})" if t < .02 else f'"{w}"' if t < .03 else w


def latin(r, n):
    """About n words of a Latin line."""
    t = r.random()
    if t < .3: return " ".join(string(r) for _ in range(n))
    if t < .36: return r.choice((email, url))(r)
    if t < .42: return phrases.fill(r.choice(phrases.SENT), r)[1]
    return " ".join(number(r) if r.random() < .17 else word(r) for _ in range(n))


def sentence(r):
    """Plain words between a capital and a full stop."""
    s = " ".join(r.choice(COMMON) if r.random() < .45 else r.choice(WORDS).lower() if r.random() < .93 else number(r) for _ in range(whole(r, 4, 14)))
    return s[0].upper() + s[1:] + r.choice("......?!")


def han(r, n):
    """About n characters of a Chinese line."""
    t = r.random()
    if t < .38:
        s = "".join(r.choice(HAN) for _ in range(n))
    elif t < .5:
        s = ""
        while len(s) < n:
            c = r.choice(CONFUSED)
            s += c + r.choice(LOOKALIKES[c])
        s = s[:n]
    elif t < .92:
        s = ""
        while len(s) < n:
            s += r.choice(HAN_WORDS) if r.random() < .5 else HAN_WORDS[int(r.random() ** 2 * min(8000, len(HAN_WORDS)))]
        s = s[:n]
    else:
        return phrases.fill(r.choice(phrases.SENT), r)[0]
    if r.random() < .45:
        i = whole(r, 1, len(s))
        s = s[:i] + r.choice(HAN_PUNCTUATION) + s[i:]
    if r.random() < .2: s += number(r)
    if r.random() < .05: s += string(r)
    return s


def han_sentence(r):
    return "，".join(han_clause(r) for _ in range(whole(r, 1, 3))) + r.choice("。。。。；！？")


def han_clause(r):
    n, s = whole(r, 4, 14), ""
    while len(s) < n:
        s += r.choice(HAN_WORDS) if r.random() < .6 else HAN_WORDS[int(r.random() * min(3000, len(HAN_WORDS)))] if r.random() < .8 else r.choice(HAN)
    return s if r.random() < .92 else s + r.choice((f"{whole(r, 1, 9999)}", f"{whole(r, 1, 99)}%", date(r, True)))


def text(r, zh, n=4):
    """A short piece of running text in either language, about n words long."""
    return han(r, n * 2) if zh else latin(r, n)


def person(r, zh):
    if zh:
        surname = r.choice(SURNAMES) if r.random() < .75 else "".join(r.choice(HAN) for _ in range(1 if r.random() < .7 else 2))
        return surname + "".join(r.choice(GIVEN if r.random() < .7 else HAN) for _ in range(whole(r, 1, 2)))
    first = r.choice(FIRST) if r.random() < .75 else r.choice(WORDS).capitalize()
    last = r.choice(LAST) if r.random() < .65 else r.choice(WORDS).capitalize()
    return first + " " + (r.choice(UPPER) + ". " if r.random() < .15 else "") + last


def company(r, zh):
    if zh:
        return (r.choice(phrases.CITY[:14])[0] + "".join(HAN_WORDS[int(r.random() * min(20000, len(HAN_WORDS)))] for _ in range(whole(r, 1, 2)))[:4]
                + (r.choice(("有限公司", "科技有限公司", "贸易公司", "商店", "超市", "集团", "餐饮有限公司", "股份有限公司")) if r.random() < .6 else r.choice(HAN_WORDS)[:3]))
    return " ".join(r.choice(WORDS).capitalize() for _ in range(whole(r, 1, 2))) + (r.choice((" Inc.", " Ltd.", " Co., Ltd.", " LLC", " Corp.", " Store", " Group", " GmbH")) if r.random() < .6 else f" {r.choice(('&', 'and', '-', '+'))} {r.choice(WORDS).capitalize()}" if r.random() < .4 else " " + r.choice(WORDS).capitalize())


def address(r, zh):
    if zh:
        flat = f"{whole(r, 1, 30)}栋{whole(r, 101, 2999)}室" if r.random() < .3 else ""
        return r.choice(phrases.CITY[:14])[0] + "市" + r.choice(HAN_WORDS)[:2] + "区" + r.choice(HAN_WORDS)[:2] + r.choice("路街道") + f"{whole(r, 1, 999)}号" + flat
    town = f", {r.choice(WORDS).capitalize()}" if r.random() < .4 else ""
    return f"{whole(r, 1, 9999)} {r.choice(WORDS).capitalize()} {r.choice(('St.', 'Street', 'Road', 'Ave', 'Lane', 'Blvd', 'Drive'))}{town}"


def telephone(r, zh):
    if zh:
        return "1" + r.choice("3578") + digits(r, 9) if r.random() < .6 else f"0{digits(r, 2)}-{digits(r, 8)}"
    return r.choice((f"+1 {digits(r, 3)}-{digits(r, 3)}-{digits(r, 4)}", f"({digits(r, 3)}) {digits(r, 3)}-{digits(r, 4)}", f"{digits(r, 3)}-{digits(r, 3)}-{digits(r, 4)}"))


def money(r, zh):
    if zh:
        return r.choice(("¥", "￥", "")) + price(r) + r.choice(("元", ""))
    if r.random() < .25: return price(r) + r.choice((" EUR", " USD", " GBP", " CHF", " kr", "€", " SEK", " CAD"))
    return r.choice(("$", "", "USD ", "€", "£")) + price(r)


def identity(r):
    return digits(r, 6) + f"{whole(r, 1950, 2015)}{whole(r, 1, 12):02d}{whole(r, 1, 28):02d}" + digits(r, 3) + r.choice("0123456789X")


def code(r):
    t = whole(r, 0, 5)
    if t > 3: return reference(r)
    if t == 0: return digits(r, whole(r, 6, 12))
    if t == 1: return r.choice(UPPER) + r.choice(UPPER) + digits(r, whole(r, 4, 8))
    if t == 2: return "".join(r.choice(CODE) for _ in range(whole(r, 5, 10)))
    return r.choice(UPPER) + digits(r, 3) + "-" + digits(r, 4)


def goods(r, zh):
    if r.random() < .6: return r.choice(phrases.GOODS + phrases.FOOD)[0 if zh else 1]
    return r.choice(HAN_WORDS) + (r.choice(HAN_WORDS) if r.random() < .3 else "") if zh else " ".join(r.choice(WORDS).capitalize() for _ in range(whole(r, 1, 2)))
