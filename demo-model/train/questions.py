"""What is asked about a page and the right answer: the prompts of the product's tasks, official and in other words."""
import json

import tokenizer
from content import HAN_WORDS, WORDS, whole
from fields import FIELDS, invented_label

SPOT = "检测并识别图片中的文字，将文本坐标格式化输出。"
TEXT = "提取图中的文字。"
EXTRACT = "提取图片中的: %s 的字段内容，并按照JSON格式返回。"
MARKDOWN = "提取文档图片中正文的所有信息用markdown格式表示，其中页眉、页脚部分忽略，表格用html格式表达，文档中公式用latex格式表示，按照阅读顺序组织进行解析。"
TRANSLATE = {"en": "按照阅读顺序，提取图中文字，公式用latex格式表示，表格用markdown格式表示，再将文字内容翻译为英文。",
             "zh": "按照阅读顺序，提取图中文字，公式用latex格式表示，表格用markdown格式表示，再将文字内容翻译为中文。"}
# The same tasks as people put them: one piece of every list. Over a quarter of the questions are such, alone or after the official prompt.
_TEXT_ZH, _TEXT_EN = "图中文字|图中的文字|图片里的文字|所有文字|全部文字|这张图的文字|文字", "the text|all text|everything written here|the words in this image|this page|every line of text"
_TO_ZH, _TO_EN = "|请|帮我|麻烦", "|Please "
OTHER_WORDS = {task: [[part.split("|") for part in pattern] for pattern in patterns] for task, patterns in {
    "spot": [(_TO_ZH, "识别|检测|找出|标出|读出|定位", _TEXT_ZH + "|每一行|文本行", "并给出坐标|并输出位置|和坐标|和位置|，附上坐标|，标明位置|并框出来|的内容和坐标", "|。"),
             (_TO_EN, "Read|Detect|Recognise|Find|List|Locate|OCR", " " + "| ".join(_TEXT_EN.split("|") + ["the text lines"]), " with boxes| with coordinates| and the positions| and their boxes| with bounding boxes| and give coordinates", "|."),
             (_TO_ZH, "告诉我|说明|标明|列出", "每一行字|各行文字|所有的字|每段文字|哪些字", "在哪里|在图上的什么地方|分别在哪儿|和它们的坐标|各自的位置", "|。|？"),
             ("Tell me |Say |Show me |I want to know |", "where every line of text stands|where the words are|what is written where|which words stand where|at which place every line is", "|, with the words| on this page| and what it says", "|.|?")],
    "text": [(_TO_ZH, "识别|读出|输出|转写|打出|写出|提取", _TEXT_ZH, "|，不要坐标|，只要文字|，保留换行|，不要解释|，只输出文字本身", "|。"),
             ("图片里写了什么|上面写的是什么|这是什么内容|What does it say|What is on this page|What do you read here", "？|?"),
             (_TO_EN, "Read|Transcribe|Copy|Extract|OCR", " " + "| ".join(_TEXT_EN.split("|")), "| without boxes|, text only| as plain text|, no coordinates", "|.")],
    "markdown": [(_TO_ZH, "把文档|把这一页|将图片|解析文档并", "转换为Markdown|输出为markdown|转成Markdown格式|整理成markdown", "|，表格用html|，表格用HTML表示", "|。"),
                 (_TO_EN, "Convert|Parse|Transcribe", " this document| the page| the picture", " to Markdown| as Markdown", "|, tables as HTML|, tables in HTML", "|.")],
    "en": [(_TO_ZH, "翻译成英文|翻译为英语|译成英语|把图中文字翻译为英文|用英文写出来", "|。"), (_TO_EN, "Translate|Render", " it| the text| this page|", " into English| to English", "|.")],
    "zh": [(_TO_ZH, "翻译成中文|翻译为汉语|译成汉语|把图中文字翻译为中文|用中文写出来", "|。"), (_TO_EN, "Translate|Render", " it| the text| this page|", " into Chinese| to Chinese", "|.")]}.items()}
REFINEMENTS = ["请仔细。", "不要解释。", "保留原文。", "按从上到下的顺序。", "谢谢！", "忽略水印和线条。", "数字要准确。", " Be careful with digits.", " No explanations.", " Keep the original order.",
               " Thank you.", " Ignore lines and stamps.", "注意标点。", " Mind the punctuation.", "不要猜。", " Do not guess."]
# The same for fields; %s is where their names stand.
OTHER_EXTRACT = [[part.split("|") for part in pattern] for pattern in (
    (_TO_ZH, "提取|找出|读出|抽取|查一下", "|图中的|图片里的|单据上的|这页的", " %s ", "|的内容|这些字段|这几项", "，", "输出JSON|用JSON返回|按JSON格式输出|以JSON回答|返回一个JSON对象", "|。"),
    ("|请问|", "%s", " 分别是什么？| 各是多少？| 填的是什么？", "输出JSON。|用JSON回答。|按JSON格式返回。"),
    (_TO_EN, "Extract|Find|Read|Get|Look up|Return", "| the fields| these fields:| the values of", " %s", "| from the page| from this picture| in this document", " as JSON| in JSON| and answer in JSON", "|."),
    ("What are |What is written behind |Which values have ", "%s", "? ", "Answer in JSON.|Return JSON.|JSON please."))]
ONE_VALUE = "输出 %s 的值。"


def own_words(r, task):
    """The task as somebody might put it."""
    return "".join(r.choice(part) for part in r.choice(OTHER_EXTRACT if task == "extract" else OTHER_WORDS[task]))


def _listed(r, keys):
    """Names of fields as somebody might list them."""
    sign = r.choice(("'%s'", "'%s'", '"%s"', "%s"))
    names = r.choice((",", ",", ", ", "、")).join(sign % key for key in keys)
    return f"[{names}]" if r.random() < .6 else names


def official(r, prompt, task):
    """The official prompt in seven of ten cases, else the task in other words, or both, or a refinement behind the prompt."""
    t = r.random()
    return prompt if t < .72 else own_words(r, task) if t < .85 else prompt + (r.choice(REFINEMENTS) if t < .96 else own_words(r, task))


def _near(label, r):
    """A label that is nearly this one: one Han or one word of it is another. Whoever looks at a part of a label finds the wrong field."""
    if " " in label: words, other, joint = label.split(" "), r.choice(WORDS), " "
    elif label.isascii(): return r.choice((label + " " + r.choice(WORDS), r.choice(WORDS) + " " + label)).title()
    else: words, other, joint = list(label), r.choice(r.choice(HAN_WORDS)), ""
    words[whole(r, 0, len(words) - 1)] = other.title() if label.istitle() else other
    return joint.join(words)


def _keys(page, r):
    """[(key, value)] to ask: labels as printed, their synonyms, translations, and some that the page lacks."""
    have = list(page.fields)
    r.shuffle(have)
    pairs, other = [], r.random() < .15
    for name in have[:whole(r, 1, min(9 if r.random() < .5 else 5, len(have)))]:
        key, t = page.labels[name], r.random()
        if name in FIELDS and (other or t > .75):
            key = r.choice(FIELDS[name][1 if page.zh == other else 0])
        pairs.append((key, page.fields[name]))
    printed = {label.lower() for label in page.labels.values()} | {s.lower() for name in page.fields if name in FIELDS for side in FIELDS[name][:2] for s in side}
    for _ in range(whole(r, 1, 2) if r.random() < .4 else 0):
        name, t = r.choice(list(FIELDS)), r.random()
        key = r.choice(FIELDS[name][0 if page.zh != other else 1]) if t < .3 else invented_label(r, page.zh) if t < .65 else _near(r.choice(list(page.labels.values())), r)
        texts = "\n".join(line.text for line in page.lines).lower()
        if key.lower() not in printed and key.lower() not in texts: pairs.insert(whole(r, 0, len(pairs)), (key, ""))
    return dict(pairs)


def extract(page, r):
    """An EXTRACT question: prompt, {key: value}."""
    values = _keys(page, r)
    if len(values) == 1 and r.random() < .06: return ONE_VALUE % next(iter(values)), values
    if r.random() < .15: return own_words(r, "extract").replace("%s", _listed(r, values)), values
    keys = "[" + r.choice((",", ",", ", ")).join(f"'{k}'" for k in values) + "]"
    return EXTRACT % keys + (r.choice(REFINEMENTS) if r.random() < .06 else ""), values


def extract_answer(prompt, values):
    if prompt.startswith("输出"): return next(iter(values.values()))
    return json.dumps(values, ensure_ascii=False)


def spotting(texts, boxes):
    """Token ids of a spotting answer, and for each its coordinate 0..999, or -1 where it is none."""
    ids, values = [], []
    for text, box in zip(texts, boxes):
        t = tokenizer.encode(text)
        ids += t
        values += [-1] * len(t)
        for i, v in enumerate(box):
            for piece in ("(" if i % 2 == 0 else ","), str(v), (")" if i % 2 else ""), ("," if i == 1 else ""):
                if not piece: continue
                t = tokenizer.encode(piece)
                ids += t
                values += [v] if piece.isdigit() and len(t) == 1 else [-1] * len(t)
    return ids, values


def ask(page, boxes, r, tasks):
    """One question about a page: (task, prompt ids, answer ids, coordinate values). boxes: 0..1000 integers, one a line."""
    weights = dict(tasks)
    if not page.fields: weights.pop("extract", None)
    if page.translation is None: weights.pop("translate", None)
    if page.kind == "table": weights["markdown"] = weights.get("markdown", 0) * 3
    if page.kind in ("lines", "sign", "screenshot", "columns", "caption", "card"): weights["markdown"] = weights.get("markdown", 0) * .15
    task = r.choices(list(weights), list(weights.values()))[0]
    texts = [line.text for line in page.lines]
    if not texts and "extract" in tasks and r.random() < .2:
        values = {r.choice(FIELDS[name][0 if page.zh else 1]): "" for name in r.sample(list(FIELDS), whole(r, 1, 4))}
        task, prompt, answer = "extract", EXTRACT % ("[" + ",".join(f"'{k}'" for k in values) + "]"), json.dumps(values, ensure_ascii=False)
    elif task == "spot":
        ids, values = spotting(texts, boxes)
        return task, tokenizer.encode(official(r, SPOT, "spot")) + [tokenizer.USER], ids + [tokenizer.EOS], values + [-1]
    elif task == "text": prompt, answer = official(r, TEXT, "text"), "\n".join(texts)
    elif task == "markdown": prompt, answer = official(r, MARKDOWN, "markdown"), page.markdown()
    elif task == "extract":
        prompt, values = extract(page, r)
        answer = extract_answer(prompt, values)
    else:
        language, answer = page.translation
        prompt = official(r, TRANSLATE[language], language)
    ids = tokenizer.encode(answer) + [tokenizer.EOS]
    return task, tokenizer.encode(prompt) + [tokenizer.USER], ids, [-1] * len(ids)
