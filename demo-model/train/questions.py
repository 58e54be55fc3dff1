"""What is asked about a page and the right answer: the prompts of the product's tasks, official and in other words."""
import json

import tokenizer
from content import whole
from fields import FIELDS, invented_label

SPOT = "检测并识别图片中的文字，将文本坐标格式化输出。"
TEXT = "提取图中的文字。"
EXTRACT = "提取图片中的: %s 的字段内容，并按照JSON格式返回。"
MARKDOWN = "提取文档图片中正文的所有信息用markdown格式表示，其中页眉、页脚部分忽略，表格用html格式表达，文档中公式用latex格式表示，按照阅读顺序组织进行解析。"
TRANSLATE = {"en": "按照阅读顺序，提取图中文字，公式用latex格式表示，表格用markdown格式表示，再将文字内容翻译为英文。",
             "zh": "按照阅读顺序，提取图中文字，公式用latex格式表示，表格用markdown格式表示，再将文字内容翻译为中文。"}
# The same tasks as people put them; every fifth question is one of these, alone or after the official prompt.
OTHER_WORDS = {
    "spot": ["识别图中所有文字并给出坐标。", "检测文字并输出位置", "找出图片里的文字和它们的位置。", "Read all text with its boxes.", "Detect and recognise the text in this image.",
             "OCR this image with coordinates", "Find every line of text and where it is.", "请检测图中的文字行", "List the text lines and their positions."],
    "text": ["识别图中的文字。", "图片里写了什么？", "只输出文字，不要坐标。", "Read the text.", "What does it say?", "Extract the text only, without boxes.", "请把图中文字打出来",
             "请逐行识别图片中的所有文字。只输出图片中的文字本身，保留换行，不要解释。", "Transcribe this page.", "Give me the plain text."],
    "markdown": ["把文档转换为Markdown。", "用markdown输出，表格用html", "Convert this document to Markdown.", "Markdown please, tables as HTML.", "解析这份文档，输出markdown格式。"],
    "en": ["翻译成英文。", "Translate into English.", "把图中文字翻译为英文", "English translation please."], "zh": ["翻译成中文。", "Translate into Chinese.", "把图中文字翻译为中文", "请译成中文。"]}
EXTRACT_WORDS = ["请提取以下字段：%s，用JSON返回。", "Extract %s as JSON.", "从图中找出 %s，按JSON格式输出。", "Return these fields as JSON: %s", "提取 %s"]
ONE_VALUE = "输出 %s 的值。"


def official(r, prompt, words):
    """The official prompt in four of five cases, else the task in other words."""
    t = r.random()
    return prompt if t < .8 else r.choice(words) if t < .93 else prompt + r.choice(words)


def _keys(page, r):
    """[(key, value)] to ask: labels as printed, their synonyms, translations, and some that the page lacks."""
    have = list(page.fields)
    r.shuffle(have)
    pairs, other = [], r.random() < .15
    for name in have[:whole(r, 1, min(9 if r.random() < .3 else 5, len(have)))]:
        key, t = page.labels[name], r.random()
        if name in FIELDS and (other or t > .75):
            key = r.choice(FIELDS[name][1 if page.zh == other else 0])
        pairs.append((key, page.fields[name]))
    printed = {label.lower() for label in page.labels.values()} | {s.lower() for name in page.fields if name in FIELDS for side in FIELDS[name][:2] for s in side}
    for _ in range(whole(r, 1, 2) if r.random() < .3 else 0):
        name = r.choice(list(FIELDS))
        key = r.choice(FIELDS[name][0 if page.zh != other else 1]) if r.random() < .8 else invented_label(r, page.zh)
        texts = "\n".join(line.text for line in page.lines).lower()
        if key.lower() not in printed and key.lower() not in texts: pairs.insert(whole(r, 0, len(pairs)), (key, ""))
    return dict(pairs)


def extract(page, r):
    """An EXTRACT question: prompt, {key: value}."""
    values = _keys(page, r)
    keys = "[" + r.choice((",", ",", ", ")).join(f"'{k}'" for k in values) + "]"
    if len(values) == 1 and r.random() < .06: return ONE_VALUE % next(iter(values)), values
    return (EXTRACT if r.random() < .85 else r.choice(EXTRACT_WORDS)) % keys, values


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
    if page.kind in ("lines", "sign", "screenshot", "columns", "caption", "card"): weights["markdown"] = weights.get("markdown", 0) * .15
    task = r.choices(list(weights), list(weights.values()))[0]
    texts = [line.text for line in page.lines]
    if not texts and "extract" in tasks and r.random() < .2:
        values = {r.choice(FIELDS[name][0 if page.zh else 1]): "" for name in r.sample(list(FIELDS), whole(r, 1, 4))}
        task, prompt, answer = "extract", EXTRACT % ("[" + ",".join(f"'{k}'" for k in values) + "]"), json.dumps(values, ensure_ascii=False)
    elif task == "spot":
        ids, values = spotting(texts, boxes)
        return task, tokenizer.encode(official(r, SPOT, OTHER_WORDS["spot"])) + [tokenizer.USER], ids + [tokenizer.EOS], values + [-1]
    elif task == "text": prompt, answer = official(r, TEXT, OTHER_WORDS["text"]), "\n".join(texts)
    elif task == "markdown": prompt, answer = official(r, MARKDOWN, OTHER_WORDS["markdown"]), page.markdown()
    elif task == "extract":
        prompt, values = extract(page, r)
        answer = extract_answer(prompt, values)
    else:
        language, answer = page.translation
        prompt = official(r, TRANSLATE[language], OTHER_WORDS[language])
    ids = tokenizer.encode(answer) + [tokenizer.EOS]
    return task, tokenizer.encode(prompt) + [tokenizer.USER], ids, [-1] * len(ids)
