"""What is asked about a document: the official prompts, and the same tasks in words that training never uses."""
MOST_TOKENS = 2500          # of an answer: a list of 60 lines takes 2000
SPOT = "检测并识别图片中的文字，将文本坐标格式化输出。"
TEXT = "提取图中的文字。"
EXTRACT = "提取图片中的: [%s] 的字段内容，并按照JSON格式返回。"
MARKDOWN = "提取文档图片中正文的所有信息用markdown格式表示，其中页眉、页脚部分忽略，表格用html格式表达，文档中公式用latex格式表示，按照阅读顺序组织进行解析。"
TRANSLATE = {"en": "按照阅读顺序，提取图中文字，公式用latex格式表示，表格用markdown格式表示，再将文字内容翻译为英文。",
             "zh": "按照阅读顺序，提取图中文字，公式用latex格式表示，表格用markdown格式表示，再将文字内容翻译为中文。"}
# An official prompt with somebody's own words behind it (%s), or own words alone.
OWN_WORDS = {
    "spot": ["%s不要漏掉任何一行。", "%sDo not skip the small print.", "给出每行文字以及它所在的位置", "Where is the text on this picture, and what is it?"],
    "text": ["%s一行一行地写。", "%sKeep the lines as they are.", "把这张图上写的内容抄下来", "Just type out what is written here."],
    "extract": ["%s没有的留空。", "%sLeave out nothing.", "我需要 [%s] 这些内容，请用JSON给我。", "Give me [%s] as a JSON object."],
    "markdown": ["%s表头也要。", "%sKeep every row.", "请把这页转成markdown，表格写成html。", "Turn this page into Markdown with HTML tables."],
    "translate en": ["%s只要译文。", "Put this into English, please."], "translate zh": ["%s只要译文。", "请把它译为中文"]}


def asked(entry):
    """{label: value} of the EXTRACT question: what the page has and one label that it lacks."""
    return {**entry["fields"], **{k: "" for k in entry.get("missing", [])[:1]}}


def official(entry):
    """{task: official prompt} for every task that the document can answer."""
    out = {"spot": SPOT, "text": TEXT}
    if entry.get("fields"): out["extract"] = EXTRACT % _keys(entry)
    if entry.get("table"): out["markdown"] = MARKDOWN
    if entry.get("translation"): out["translate"] = TRANSLATE[entry["translation"]["to"]]
    return out


def questions(name, entry):
    """{task: prompt} for a document: spotting always, text for a quarter, the other tasks where it can answer them; on one document in
    three one of its tasks in own words, as "task, own words"."""
    number, out = int(name[:3]), official(entry)
    own = {}
    if number % 3 == 0 and entry["lines"]:
        task = list(out)[number // 3 % len(out)]
        words = OWN_WORDS[f"translate {entry['translation']['to']}" if task == "translate" else task]
        pattern = words[number // 7 % len(words)]
        own[task + ", own words"] = pattern % (out[task] if pattern.startswith("%s") else _keys(entry)) if "%s" in pattern else pattern
    if number % 4 != 1 and entry["lines"]: del out["text"]
    return {**out, **own}


def _keys(entry):
    return ",".join(f"'{k}'" for k in asked(entry))
