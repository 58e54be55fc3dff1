"""Picture and prompt -> answer, alone or many at once with sequences that join and leave between steps."""

import time
from collections import deque
from dataclasses import dataclass, field
from typing import Iterable, Iterator, List, Tuple

import torch
from PIL import Image

from .checkpoint import Checkpoint
from .decoder import Decoder, SlotCache
from .picture import patches
from .tokenizer import Tokenizer
from .vision import VisionTower

PROMPTS = {
    "spotting": "检测并识别图片中的文字，将文本坐标格式化输出。",
    "text": "提取图中的文字。",
    "translate-en": "按照阅读顺序，提取图中文字，公式用latex格式表示，表格用markdown格式表示，再将文字内容翻译为英文。",
    "translate-zh": "按照阅读顺序，提取图中文字，公式用latex格式表示，表格用markdown格式表示，再将文字内容翻译为中文。",
}


def fields_prompt(fields: Iterable[str]) -> str:
    """The official wording of EXTRACT for these field names."""
    keys = ",".join(f"'{name}'" for name in fields)
    return f"提取图片中的: [{keys}] 的字段内容，并按照JSON格式返回。"


@dataclass
class Page:
    """One question about one picture: prompt ids with placeholders, patches [n, 768], grid (rows, columns)."""

    ids: List[int]
    patches: torch.Tensor
    grid: Tuple[int, int]
    seconds: float = 0.0


@dataclass
class Answer:
    """Greedy tokens without the end token; `gaps` are the leads of the best logit over the second."""

    tokens: List[int] = field(default_factory=list)
    gaps: List[float] = field(default_factory=list)
    finish: str = "length"
    first_logits: torch.Tensor = None
    vision: torch.Tensor = None
    seconds: dict = field(default_factory=dict)


class Reader:
    """A loaded checkpoint. One caller at a time."""

    def __init__(self, folder, dtype: torch.dtype = torch.float32, device: str = "cpu"):
        self.checkpoint = Checkpoint(folder)
        weights = self.checkpoint.weights()
        self.tokenizer = Tokenizer(self.checkpoint.folder / "tokenizer.json")
        self.vision = VisionTower(weights, self.checkpoint.vision, dtype, device)
        self.decoder = Decoder(weights, self.checkpoint.text, dtype, device)
        self.device = device

    def page(self, image: Image.Image, prompt: str) -> Page:
        """Resizes, normalises and cuts the picture, and frames the prompt."""
        started = time.perf_counter()
        values, grid = patches(image, self.checkpoint.vision, self.checkpoint.pixels)
        return Page(self.prompt_ids(prompt, grid), torch.from_numpy(values), grid, time.perf_counter() - started)

    def prompt_ids(self, prompt: str, grid: Tuple[int, int]) -> List[int]:
        """The framed prompt, with one placeholder for each vision vector of a picture of this grid."""
        ids, merge = self.checkpoint.ids, self.checkpoint.vision.merge
        count = grid[0] // merge * (grid[1] // merge + 1) + 2
        placeholders = [ids.image_start] + [ids.image] * count + [ids.image_end]
        return [ids.begin] + placeholders + self.tokenizer.encode(prompt) + [ids.user]

    @torch.inference_mode()
    def read(self, page: Page, max_tokens: int) -> Answer:
        """One page alone, timed part by part."""
        cache = self.decoder.cache(1, min(len(page.ids) + max_tokens, self.checkpoint.text.context))
        answer = self._start(page, cache)
        self._wait()
        started = time.perf_counter()
        while self._open(answer, cache.lengths[0], max_tokens, cache):
            logits = self.decoder.step(answer.tokens[-1:], cache)
            self._append(answer, logits[0])
        self._wait()
        answer.seconds["decode"] = time.perf_counter() - started
        return answer

    @torch.inference_mode()
    def logits(self, page: Page, max_tokens: int) -> Iterator[torch.Tensor]:
        """The logits [vocabulary] of every greedy step, the one that gives the end token included."""
        cache = self.decoder.cache(1, min(len(page.ids) + max_tokens, self.checkpoint.text.context))
        row = self._start(page, cache).first_logits
        yield row
        for _ in range(min(max_tokens, cache.length - len(page.ids)) - 1):
            token = int(row.argmax())
            if token in self.checkpoint.ids.ends:
                return
            row = self.decoder.step([token], cache)[0]
            yield row

    @torch.inference_mode()
    def read_many(self, pages: Iterable[Page], in_flight: int, max_tokens: int, longest_prompt: int) -> Iterator[Tuple[int, Answer]]:
        """Up to `in_flight` pages share each decoding step; -> (place of the page, answer) in the order they end."""
        waiting, running = deque(enumerate(pages)), []
        cache = self.decoder.cache(in_flight, min(longest_prompt + max_tokens, self.checkpoint.text.context))
        while waiting or running:
            while waiting and len(running) < in_flight:
                place, page = waiting.popleft()
                running.append((place, self._start(page, cache)))
            for slot in reversed(range(len(running))):
                place, answer = running[slot]
                if not self._open(answer, cache.lengths[slot], max_tokens, cache):
                    yield place, answer
                    cache.release(slot)
                    running[slot] = running[-1]
                    running.pop()
            if running and not (waiting and len(running) < in_flight):
                logits = self.decoder.step([answer.tokens[-1] for _, answer in running], cache)
                for (_, answer), row in zip(running, logits):
                    self._append(answer, row)

    def _start(self, page: Page, cache: SlotCache) -> Answer:
        started = time.perf_counter()
        image = self.vision(page.patches.to(self.device), page.grid)
        self._wait()
        seen = time.perf_counter()
        ids = torch.tensor(page.ids, device=self.device)
        embeddings = self.decoder.embedding[ids]
        embeddings[ids == self.checkpoint.ids.image] = image
        logits = self.decoder.prefill(embeddings, self._positions(page), cache)
        answer = Answer(first_logits=logits, vision=image)
        self._append(answer, logits)
        self._wait()
        answer.seconds = {"vision": seen - started, "prefill": time.perf_counter() - seen}
        return answer

    def _positions(self, page: Page) -> torch.Tensor:
        """[axes, T]: the last three axes of a picture's grid tokens are column, row and number of the picture."""
        merge, axes = self.checkpoint.vision.merge, len(self.checkpoint.text.sections)
        rows, columns = page.grid[0] // merge, page.grid[1] // merge + 1
        positions = torch.arange(len(page.ids)).repeat(axes, 1)
        first = page.ids.index(self.checkpoint.ids.image) + 1
        span = slice(first, first + rows * columns)
        positions[axes - 3, span] = torch.arange(columns).repeat(rows)
        positions[axes - 2, span] = torch.arange(rows).repeat_interleave(columns)
        positions[axes - 1, span] = 0
        return positions.to(self.device)

    def _append(self, answer: Answer, logits: torch.Tensor) -> None:
        best = torch.topk(logits.float(), 2)
        answer.tokens.append(int(best.indices[0]))
        answer.gaps.append(float(best.values[0] - best.values[1]))

    def _open(self, answer: Answer, length: int, max_tokens: int, cache: SlotCache) -> bool:
        """Whether the answer goes on; takes the end token off where it has come."""
        if answer.tokens[-1] in self.checkpoint.ids.ends:
            answer.tokens.pop()
            answer.finish = "stop"
            return False
        return len(answer.tokens) < max_tokens and length < cache.length

    def _wait(self) -> None:
        if self.device.startswith("cuda"):
            torch.cuda.synchronize()
