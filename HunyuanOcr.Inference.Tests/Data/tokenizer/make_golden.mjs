// Makes golden.json.gz: texts and the ids that the `tokenizers` library gives for them. See README.md.
import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const { Tokenizer } = createRequire(import.meta.url)("tokenizers");
const [source, target] = process.argv.slice(2);
if (!target) throw new Error("usage: node make_golden.mjs TOKENIZER.json OUT.json.gz");

// --- texts -------------------------------------------------------------------------------------------------------------------------------
let state = 20260214;
function random() { // mulberry32
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}
const below = (n) => Math.floor(random() * n);
const pick = (list) => list[below(list.length)];
const range = (low, high) => () => String.fromCodePoint(low + below(high - low + 1));
const run = (make, most) => Array.from({ length: 1 + below(most) }, make).join("");

const words = "the of and Invoice TOTAL iPhone naïve Straße café e-mail don't I'll WE'VE it'S we're he'd I'm O'Neil Ὀδυσσεύς Привет мир ЗАО ДОМ שלום مرحبا नमस्ते ไทย 안녕하세요 ありがとう カタカナ".split(" ");
const letters = [
  range(0x4e00, 0x9fa5), range(0x4e00, 0x9fa5), range(0x3041, 0x3096), range(0x30a0, 0x30ff), range(0x3400, 0x3410), range(0x20000, 0x20020),
  range(0xac00, 0xac80), range(0x41, 0x5a), range(0x61, 0x7a), range(0xc0, 0x17f), range(0x391, 0x3a1), range(0x430, 0x44f), range(0x5d0, 0x5ea),
  range(0x627, 0x63a), range(0x905, 0x939), range(0xe01, 0xe2e), range(0x1d400, 0x1d454), range(0x10330, 0x10340), range(0x10400, 0x1044f), range(0x2b0, 0x2b8), range(0x1c5, 0x1c5),
];
const marks = [range(0x300, 0x30c), range(0x93e, 0x94d), range(0xe34, 0xe39), range(0x64b, 0x652), range(0xfe0f, 0xfe0f), range(0x1d165, 0x1d166)];
const numbers = [range(0x30, 0x39), range(0x30, 0x39), range(0x30, 0x39), range(0x660, 0x669), range(0xff10, 0xff19), range(0x2160, 0x216b), range(0xb2, 0xb3), range(0x1d7ce, 0x1d7d7), range(0x3220, 0x3229)];
const signs = [
  ...Array(8).fill(() => pick([..."!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"])), () => pick([..."，。、：；？！（）《》【】“”‘’—…·￥¥€£°×±℃№％～"]),
  () => pick(["😀", "👩‍👩‍👧", "🇨🇳", "👍🏽", "❤️", "☎", "→", "∑", "√", "█", "□", "𝄞", "\ufffd", "\u200b", "\u200d", "\ue000", "\u{10ffff}", "\u00ad", "\u0000", "\u001f", "\u007f"]),
];
const spaces = [() => " ", () => " ", () => "  ", () => "   ", () => "\n", () => "\r\n", () => "\t", () => "\n\n", () => " \n ", () => "\u00a0", () => "\u3000", () => "\u2028", () => "\u0085", () => "\u000b", () => "\u2003", () => " \t \n"];
const phrases = [
  "顺利上岸(231,392),(764,632)LAMAR(446,850),(559,878)", "<pos_16><pos_121><pos_981><pos_321>合计", '{"box": [12, 34, 560, 789], "text": "第一行"}', "检测并识别图片中的文字，将文本坐标格式化输出。",
  "提取图片中的: ['姓名','Total'] 的字段内容，并按照JSON格式返回。", "<table><tr><td>1,234.50</td></tr></table>", "$$\\frac{a_1}{\\sqrt{b^2}} \\leq \\sum_{i=0}^{n} x_i$$", "| a | b |\n|---|:-:|\n| 1 | 22 |", "................ 12", "http://example.org/a/b?c=d&e=%20", "if (x) {\n    return y[0]; // ok\n}", "A'ſ b'S c'LL",
  "<｜hy_User｜>", "<｜hy_place▁holder▁no▁100｜>", "<｜hy_place▁holder▁no▁102｜>", "<｜hy_place▁holder▁no▁2｜>", "<｜hy_place▁holder▁no▁2", "hy_User｜>",
];
const parts = [() => pick(words), () => run(pick(letters), 6), () => run(pick(letters), 3) + run(pick(marks), 2), () => run(pick(numbers), 7), () => run(pick(signs), 3), () => run(pick(spaces), 2), () => pick(phrases)];
const weights = [4, 6, 2, 3, 4, 6, 1], total = weights.reduce((a, b) => a + b);
function part() {
  let at = below(total);
  return parts[weights.findIndex((w) => (at -= w) < 0)]();
}
const texts = ["", " ", "\n", "\ufeffa", "a".repeat(300), "中".repeat(300), " ".repeat(200) + "x", ".".repeat(120), "0123456789".repeat(12), "A".repeat(99) + "b", ...phrases];
while (texts.length < 1000) texts.push(Array.from({ length: 1 + below(14) }, part).join("").replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, ""));

// --- ids ---------------------------------------------------------------------------------------------------------------------------------
const ids = async (tokenizer, text) => (await tokenizer.encode(text, null, { addSpecialTokens: false })).getIds();
const load = (json) => Tokenizer.fromString(JSON.stringify(json));
const given = JSON.parse(readFileSync(source, "utf8"));
const ordinary = load({ ...given, added_tokens: [] }), parsing = load(given);
const cases = [];
for (const text of texts) {
  const entry = { text, ids: await ids(ordinary, text) }, parsed = await ids(parsing, text);
  if (JSON.stringify(parsed) !== JSON.stringify(entry.ids)) entry.parsed = parsed;
  cases.push(entry);
}

// --- a small BPE of many levels ------------------------------------------------------------------------------------------------------------
const bytes = [...Array(256).keys()], printable = (b) => (b >= 33 && b <= 126) || (b >= 161 && b <= 172) || b >= 174;
let extra = 256;
const alphabet = bytes.map((b) => String.fromCharCode(printable(b) ? b : extra++));
const counts = new Map();
for (const text of texts) for (const word of text.match(/\s*\S+/gu) ?? []) {
  const key = [...Buffer.from(word)].map((b) => alphabet[b]).join("\u0001");
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
const vocab = Object.fromEntries(alphabet.map((c, i) => [c, i])), merges = [];
let corpus = [...counts].map(([key, count]) => [key.split("\u0001"), count]);
while (merges.length < 1200) {
  const pairs = new Map();
  for (const [symbols, count] of corpus) for (let i = 0; i + 1 < symbols.length; i++) {
    const pair = symbols[i] + "\u0001" + symbols[i + 1];
    pairs.set(pair, (pairs.get(pair) ?? 0) + count);
  }
  const [best] = [...pairs].reduce((a, b) => (b[1] > a[1] || (b[1] === a[1] && b[0] < a[0]) ? b : a));
  const [left, right] = best.split("\u0001");
  merges.push([left, right]);
  vocab[left + right] ??= Object.keys(vocab).length;
  corpus = corpus.map(([symbols, count]) => {
    const merged = [];
    for (let i = 0; i < symbols.length; i++) merged.push(symbols[i] === left && symbols[i + 1] === right ? symbols[i] + symbols[++i] : symbols[i]);
    return [merged, count];
  });
}

const split = (regex) => ({ type: "Split", pattern: { Regex: regex }, behavior: "Isolated", invert: false });
const byteLevel = (use_regex) => ({ type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex });
const sequence = (...regexes) => ({ type: "Sequence", pretokenizers: [...regexes.map(split), byteLevel(false)] });
const cjk = "[一-龥\u3040-ゟ゠-ヿ]+";
const preTokenizers = {
  given: given.pre_tokenizer,
  byteLevel: byteLevel(true),
  punctuationFirst: sequence("\\p{N}{1,3}", cjk, "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\r\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\r\n]*|\\s*[\r\n]+|\\s+(?!\\S)|\\s+"),
  contractions: sequence("[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"),
};
const model = (ignore_merges) => ({ type: "BPE", dropout: null, unk_token: null, continuing_subword_prefix: null, end_of_word_suffix: null, fuse_unk: false, byte_fallback: false, ignore_merges, vocab, merges });
const variants = [];
for (const [name, pre_tokenizer] of Object.entries(preTokenizers)) for (const ignore_merges of name === "byteLevel" ? [false, true] : [false]) {
  const tokenizer = load({ version: "1.0", truncation: null, padding: null, added_tokens: [], normalizer: null, pre_tokenizer, post_processor: null, decoder: byteLevel(true), model: model(ignore_merges) });
  const all = [];
  for (const text of texts.slice(0, 300)) all.push(await ids(tokenizer, text));
  variants.push({ name: name + (ignore_merges ? "IgnoreMerges" : ""), pre_tokenizer, ignore_merges, ids: all });
}
const library = createRequire(import.meta.url)("tokenizers/package.json").version;
writeFileSync(target, gzipSync(JSON.stringify({ library, cases, trained: { vocab, merges }, variants }), { level: 9 }));
